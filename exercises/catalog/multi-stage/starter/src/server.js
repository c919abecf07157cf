"use strict";

const http = require("node:http");
const { rations } = require("./rations");
const release = require("./release");

const port = Number(process.env.PORT || 3000);

const routes = {
  "/": () => ({ service: "galley", release }),
  "/rations": (query) => rations(Number(query.get("crew") || 12), Number(query.get("days") || 30)),
  "/healthz": () => ({ status: rations(1, 1).biscuit === 1 ? "ok" : "starving" }),
};

const server = http.createServer((req, res) => {
  const url = new URL(req.url, "http://galley");
  const route = routes[url.pathname];
  res.writeHead(route ? 200 : 404, { "content-type": "application/json" });
  res.end(JSON.stringify(route ? route(url.searchParams) : { error: "no such route" }) + "\n");
});

server.listen(port, "0.0.0.0", () => console.log(`galley ${release} listens on ${port}`));

process.on("SIGTERM", () => server.close(() => process.exit(0)));
