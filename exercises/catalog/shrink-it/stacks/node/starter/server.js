"use strict";

const fs = require("node:fs");
const http = require("node:http");
const release = require("./release");

const port = Number(process.env.PORT || 3000);

function load() {
  try {
    return JSON.parse(fs.readFileSync(process.env.INDEX || "index.json", "utf8"));
  } catch (err) {
    console.error(JSON.stringify({ msg: "no index", error: err.message }));
    return [];
  }
}
const stops = load();

function answer(url) {
  const stop = /^\/stops\/(\d+)$/.exec(url);
  if (url === "/") return [200, { service: "halt", release, stops: stops.length }];
  // Without its index the service knows nothing, however well it answers.
  if (url === "/healthz") return stops.length > 0 ? [200, { index: "loaded" }] : [503, { index: "missing" }];
  if (stop && stops[Number(stop[1])]) return [200, stops[Number(stop[1])]];
  return [404, { error: "no such stop" }];
}

const server = http.createServer((req, res) => {
  const [status, body] = answer(req.url.split("?")[0]);
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(body) + "\n");
});

server.listen(port, "0.0.0.0", () => console.log(JSON.stringify({ msg: "listening", port, release, stops: stops.length })));

process.on("SIGTERM", () => server.close(() => process.exit(0)));
