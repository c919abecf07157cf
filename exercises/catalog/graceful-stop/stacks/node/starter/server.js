"use strict";

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const release = require("./release");

const port = Number(process.env.PORT || 3000);
const spool = process.env.SPOOL || "spool";
const printing = 2000; // milliseconds that the printer takes for a pass

let printed = 0;

const log = (msg, more) => console.log(JSON.stringify({ msg, ...more }));

function spoolReady() {
  try {
    fs.accessSync(spool, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function print() {
  const part = path.join(spool, `${process.pid}-${Date.now()}.part`);
  fs.writeFileSync(part, "BOARDING PASS\n");
  await sleep(printing);
  fs.renameSync(part, part.replace(/part$/, "pass"));
  printed += 1;
  return [200, { pass: printed, release }];
}

const routes = {
  "/": async () => [200, { service: "kiosk", release, printed }],
  "/print": print,
  // Without a spool every pass is lost, so the service counts as unwell.
  "/healthz": async () => (spoolReady() ? [200, { spool: "ready" }] : [503, { spool: "missing" }]),
};

const server = http.createServer(async (req, res) => {
  const route = routes[req.url.split("?")[0]] || (async () => [404, { error: "no such route" }]);
  let status, body;
  try {
    [status, body] = await route();
  } catch (err) {
    [status, body] = [500, { error: err.message }];
  }
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(body, null, 1) + "\n");
});

server.listen(port, () => log("listening", { port, release, spool }));

process.on("SIGTERM", () => {
  log("stopping");
  // No new connections; the callback comes once those that are busy have ended.
  server.close(() => {
    log("drained", { printed });
    process.exit(0);
  });
});
