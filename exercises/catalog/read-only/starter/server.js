"use strict";

const http = require("node:http");
const release = require("./release");
const store = require("./store");

const json = (body) => ["application/json", JSON.stringify(body) + "\n"];

function draw(firings) {
  const bars = firings.map((f, i) => `<rect x="${30 * i}" y="${140 - f.celsius / 10}" width="24" height="${f.celsius / 10}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" height="140">${bars.join("")}</svg>\n`;
}

async function body(req) {
  let text = "";
  for await (const piece of req) text += piece;
  const { kiln, celsius, hours } = JSON.parse(text);
  return { kiln, celsius, hours };
}

const routes = {
  "GET /": async () => json({ service: "kilnbook", release, firings: (await store.firings()).length }),
  "GET /chart": async () => {
    const firings = await store.firings();
    return ["image/svg+xml", await store.cached(`chart-${firings.length}.svg`, () => draw(firings))];
  },
  "POST /firings": async (req) => {
    await store.add(await body(req));
    return json({ status: "written down" });
  },
  "GET /healthz": async () => {
    await store.probe();
    return json({ status: "ok" });
  },
};

const server = http.createServer(async (req, res) => {
  const route = routes[`${req.method} ${req.url.split("?")[0]}`];
  let status = route ? 200 : 404;
  let [type, text] = json({ error: "no such route" });
  if (route) {
    try {
      [type, text] = await route(req);
    } catch (problem) {
      status = req.url === "/healthz" ? 503 : 500;
      [type, text] = json({ error: problem.message });
    }
  }
  res.writeHead(status, { "content-type": type });
  res.end(text);
});

store.open();
server.listen(Number(process.env.PORT || 3000), "0.0.0.0", () => console.log(`kilnbook ${release} is listening`));

process.on("SIGTERM", () => server.close(() => process.exit(0)));
