"use strict";

require("node:http")
  .createServer((_, res) => res.end('{"service":"galley","release":"2024-11-02"}\n'))
  .listen(3000, "0.0.0.0");
