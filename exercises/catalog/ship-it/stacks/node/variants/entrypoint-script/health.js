"use strict";

const http = require("node:http");

const request = http.get({ host: "127.0.0.1", port: 8080, path: "/healthz", timeout: 4000 }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
});
request.on("timeout", () => process.exit(1));
request.on("error", () => process.exit(1));
