"use strict";

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { parse } = require("rows");
const release = require("./release");

const here = (...names) => path.join(__dirname, ...names);
const port = Number(process.env.PORT || 3000);

// seeds reads every list of the catalogue, so that a new one needs no restart.
function seeds() {
  return fs
    .readdirSync(here("catalogue"))
    .filter((name) => name.endsWith(".csv"))
    .flatMap((name) => parse(fs.readFileSync(here("catalogue", name), "utf8")));
}

// guide puts the seeds into the page that the volunteers write.
function guide() {
  const page = fs.readFileSync(here("public", "docs", "sowing.html"), "utf8");
  const items = seeds().map((s) => `<li>${s.name}: sow in ${s.sow}</li>`);
  return page.replace("<!-- seeds -->", items.join("\n"));
}

const json = (body) => ["application/json", JSON.stringify(body) + "\n"];

const routes = {
  "/": () => json({ service: "seedbox", release, orders: process.env.ORDERS_KEY ? "open" : "closed" }),
  "/seeds": () => json(seeds()),
  "/guide": () => ["text/html; charset=utf-8", guide()],
  "/healthz": () => {
    if (seeds().length === 0) throw new Error("the catalogue is empty");
    return json({ status: "ok" });
  },
};

function answer(res, status, [type, body]) {
  res.writeHead(status, { "content-type": type });
  res.end(body);
}

const server = http.createServer((req, res) => {
  const route = routes[req.url.split("?")[0]];
  if (!route) return answer(res, 404, json({ error: "no such route" }));
  try {
    answer(res, 200, route());
  } catch (problem) {
    const missing = problem.code === "ENOENT";
    answer(res, missing ? 404 : 503, json({ error: problem.message }));
  }
});

server.listen(port, "0.0.0.0", () => console.log(`seedbox ${release} on port ${port}`));

process.on("SIGTERM", () => server.close(() => process.exit(0)));
