"use strict";

require("node:http")
  .createServer((_, res) => res.end('{"service":"moorings","release":"dev","taken":3}\n'))
  .listen(3000, "0.0.0.0");
