"use strict";

const http = require("node:http");
const { toKmh } = require("knots");
const log = require("pierlog");
const berths = require("./berths.json");
const release = require("./release");

const port = Number(process.env.PORT || 3000);
const host = process.env.HOST || "0.0.0.0";

const routes = {
  "/": () => ({ service: "berths", release, free: berths.filter((b) => b.free).length }),
  "/berths": () => berths.map((b) => ({ ...b, limitKmh: toKmh(b.limitKnots) })),
  "/healthz": () => ({ status: "ok" }),
};

const server = http.createServer((req, res) => {
  const route = routes[req.url.split("?")[0]];
  const status = route ? 200 : 404;
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(route ? route() : { error: "no such route" }) + "\n");
  log("request", { method: req.method, url: req.url, status });
});

server.listen(port, host, () => log("listening", { host, port, release }));

// The engine stops a container with SIGTERM, and PID 1 ignores it unless it
// says otherwise.
process.on("SIGTERM", () => {
  log("stopping");
  server.close(() => process.exit(0));
});
