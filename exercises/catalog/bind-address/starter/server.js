"use strict";

const http = require("node:http");
const release = require("./release");
const settings = require("./settings");

const lifts = {
  nordhang: { open: true, queue: 42, perMinute: 30 },
  sattel: { open: true, queue: 6, perMinute: 12 },
  kreuzalm: { open: false, queue: 0, perMinute: 20 },
};

const wait = (lift) => (lift.open ? Math.ceil(lift.queue / lift.perMinute) : null);

// For everybody.
const routes = {
  "GET /": () => ({ service: "liftline", release, open: Object.values(lifts).filter((l) => l.open).length }),
  "GET /waits": () => Object.fromEntries(Object.entries(lifts).map(([name, l]) => [name, wait(l)])),
  "GET /healthz": () => ({ status: "ok" }),
};

// For the lift crew, from a shell on the machine: it asks for no password.
const adminRoutes = {
  "GET /": () => lifts,
  "POST /close": (query) => close(query.get("lift"), false),
  "POST /open": (query) => close(query.get("lift"), true),
};

function close(name, open) {
  if (!Object.hasOwn(lifts, name)) return undefined;
  Object.assign(lifts[name], { open });
  return lifts[name];
}

function serve(what, { host, port }, table) {
  const server = http.createServer((req, res) => {
    const url = new URL(req.url, "http://liftline");
    const body = table[`${req.method} ${url.pathname}`]?.(url.searchParams);
    res.writeHead(body ? 200 : 404, { "content-type": "application/json" });
    res.end(JSON.stringify(body || { error: "no such route" }) + "\n");
  });
  server.listen(port, host, () => {
    const at = server.address();
    console.log(`${what} listens on ${at.address} port ${at.port}`);
  });
  return server;
}

const servers = [serve("admin", settings.admin, adminRoutes), serve("liftline", settings.public, routes)];

process.on("SIGTERM", () => servers.forEach((server) => server.close()));
