"use strict";

const fs = require("node:fs/promises");
const http = require("node:http");
const path = require("node:path");
const { setTimeout: pause } = require("node:timers/promises");
const plainlog = require("plainlog");
const release = require("./release");
const stops = require("./stops.json");

const host = process.env.HOST || "127.0.0.1";
const port = Number(process.env.PORT || 8080);
const data = process.env.DATA_DIR || "data";
const loans = path.join(data, "loans.jsonl");
const log = plainlog(process.env.LOG_FILE);

// lent reads all loans; without the store there are none to tell of.
async function lent() {
  const text = await fs.readFile(loans, "utf8").catch(() => "");
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

// Each route answers with a status and a body.
const routes = {
  "GET /": async () => [200, { service: "brolly", release, lent: (await lent()).length }],
  "GET /stops": async () => [200, stops],
  "POST /loans": async (query) => {
    const loan = { stop: query.get("stop"), phone: query.get("phone"), at: new Date().toISOString() };
    await fs.appendFile(loans, JSON.stringify(loan) + "\n");
    return [201, loan];
  },
  // Counts by stop, without hurry: loans may come in meanwhile.
  "GET /report": async () => {
    await pause(1200);
    const all = await lent();
    return [200, stops.map(({ stop }) => ({ stop, lent: all.filter((l) => l.stop === stop).length }))];
  },
  // A service that can't write down a loan should get none.
  "GET /healthz": async () => {
    const probe = path.join(data, ".probe");
    try {
      await fs.writeFile(probe, "");
      await fs.rm(probe, { force: true });
      return [200, { store: "ok" }];
    } catch (problem) {
      return [503, { store: problem.code }];
    }
  },
};

const server = http.createServer(async (req, res) => {
  const url = new URL(req.url, "http://brolly");
  const route = routes[`${req.method} ${url.pathname}`];
  let [status, body] = [404, { error: "no such route" }];
  try {
    if (route) [status, body] = await route(url.searchParams);
  } catch (problem) {
    [status, body] = [500, { error: problem.message }];
  }
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(body) + "\n");
  log("request", { method: req.method, url: req.url, status });
});

server.listen(port, host, () => log("listening", { host, port }));

process.on("SIGTERM", () => {
  log("stopping");
  server.close(() => {
    log("drained");
    process.exit(0);
  });
});
