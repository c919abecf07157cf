"use strict";

const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const cache = require("./cache");
const release = require("./release");

const port = Number(process.env.PORT || 8080);
const dbURL = process.env.DB_URL || "http://db:5432";
const passwordFile = process.env.DB_PASSWORD_FILE;
const password = passwordFile ? fs.readFileSync(passwordFile, "utf8").trim() : process.env.DB_PASSWORD || "";

async function db(method, path) {
  const answer = await fetch(dbURL + path, {
    method,
    headers: { authorization: "Bearer " + password },
    signal: AbortSignal.timeout(2000),
  });
  if (!answer.ok) throw new Error(`the database answers ${answer.status}`);
  return answer.json();
}

const routes = {
  "GET /": async () => ({ service: "locks", release, waiting: (await db("GET", "/passages")).length }),
  "GET /passages": () => db("GET", "/passages"),
  "POST /passages": (query) => db("POST", "/passages?ship=" + encodeURIComponent(query.get("ship") || "unnamed")),
  // What the board at the lock shows: the worker puts it into the cache.
  "GET /next": async () => ({ next: await cache("GET next") }),
  // Which password this is, without saying it.
  "GET /password": () => ({ sha256: crypto.createHash("sha256").update(password).digest("hex") }),
  "GET /healthz": async () => ({ db: (await db("GET", "/ping")).db, cache: await cache("PING") }),
};

const server = http.createServer(async (req, res) => {
  const url = new URL(req.url, "http://locks");
  const route = routes[`${req.method} ${url.pathname}`];
  let status = route ? 200 : 404;
  let body = { error: "no such route" };
  try {
    if (route) body = await route(url.searchParams);
  } catch (fault) {
    status = 503;
    body = { error: String(fault.cause || fault) };
  }
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(body) + "\n");
});

server.listen(port, "0.0.0.0", () => console.log(`locks ${release} listens on ${port}`));

process.on("SIGTERM", () => server.close(() => process.exit(0)));
