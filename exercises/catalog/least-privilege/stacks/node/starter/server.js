"use strict";

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const release = require("./release");

const port = Number(process.env.PORT || 3000);
const data = process.env.DATA || "/data";

const entries = () => fs.readdirSync(data).filter((name) => name.endsWith(".json"));

function sign(query) {
  const entry = { at: new Date().toISOString(), text: (query.get("text") || "Lovely seagulls.").slice(0, 500) };
  const name = `${Date.now()}-${process.hrtime()[1]}.json`;
  fs.writeFileSync(path.join(data, name), JSON.stringify(entry));
  return [200, { saved: name }];
}

function health() {
  // A guest book that can't be written in is of no use to anybody.
  try {
    fs.accessSync(data, fs.constants.W_OK);
    return [200, { data: "writable" }];
  } catch {
    return [503, { data: "not writable" }];
  }
}

const routes = {
  "/": () => [200, { service: "guestbook", release, entries: entries().length }],
  "/sign": sign,
  "/healthz": health,
};

const server = http.createServer((req, res) => {
  const url = new URL(req.url, "http://guestbook");
  const route = routes[url.pathname] || (() => [404, { error: "no such route" }]);
  let status, body;
  try {
    [status, body] = route(url.searchParams);
  } catch (err) {
    [status, body] = [500, { error: err.message }];
  }
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(body) + "\n");
});

server.listen(port, "0.0.0.0", () => console.log(JSON.stringify({ msg: "listening", port, release })));

process.on("SIGTERM", () => server.close(() => process.exit(0)));
