"use strict";

const http = require("node:http");
const release = require("./release");

const port = Number(process.env.PORT || 3000);
const vessels = new Map([
  ["A1", "Marguerite"],
  ["A2", "Havsvind"],
  ["C7", "Little Auk"],
]);

const routes = {
  "/": () => ({ service: "moorings", release, taken: vessels.size }),
  "/vessels": () => Object.fromEntries(vessels),
  "/healthz": () => ({ status: vessels.size > 0 ? "ok" : "empty" }),
};

const server = http.createServer((req, res) => {
  const route = routes[req.url.split("?")[0]];
  res.writeHead(route ? 200 : 404, { "content-type": "application/json" });
  res.end(JSON.stringify(route ? route() : { error: "no such route" }) + "\n");
});

server.listen(port, "0.0.0.0", () => console.log(`moorings ${release} listens on ${port}`));

process.on("SIGTERM", () => server.close(() => process.exit(0)));
