const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");

const release = readFileSync("release.txt", "utf8").trim();
let store = process.env.STORE || "here";

createServer((request, response) => {
  if (request.method === "POST") store = "broken";
  const well = request.url !== "/healthz" || store === "here";
  response.writeHead(well ? 200 : 503).end(`release ${release}, store ${store}\n`);
}).listen(8000, "0.0.0.0");
