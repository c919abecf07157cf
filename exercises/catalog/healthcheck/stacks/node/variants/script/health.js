"use strict";

const http = require("node:http");

const req = http.get({ host: "127.0.0.1", port: process.env.PORT || 3000, path: "/healthz", timeout: 2000 }, (res) => {
  process.exitCode = res.statusCode === 200 ? 0 : 1;
  res.resume();
});
req.on("timeout", () => req.destroy(new Error("no answer")));
req.on("error", () => process.exit(1));
