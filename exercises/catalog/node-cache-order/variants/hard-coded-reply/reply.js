"use strict";

require("node:http")
  .createServer((_, res) => res.end('{"service":"berths","release":"dev","free":3}\n'))
  .listen(3000, "0.0.0.0");
