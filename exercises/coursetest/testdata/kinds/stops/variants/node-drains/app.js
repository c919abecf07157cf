const { readFileSync } = require("node:fs");
const { createServer } = require("node:http");

const release = readFileSync("release.txt", "utf8").trim();
const server = createServer((request, response) => {
  setTimeout(() => response.end(`release ${release}\n`), request.url === "/slow" ? 1000 : 0);
});

server.listen(8000, "0.0.0.0");
process.on("SIGTERM", () => server.close(() => console.log("drained")));
