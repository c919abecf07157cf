"use strict";

const http = require("node:http");
const release = require("./release");

const port = Number(process.env.PORT || 3000);
const stale = 2000; // milliseconds without a reading after which it counts for nothing

const probe = {
  plugged: true,
  reading: null,
  // read stands in for the probe on the serial line.
  read() {
    if (probe.plugged) {
      const at = Date.now();
      probe.reading = { at, celsius: Number((3.8 + Math.sin(at / 60000) / 2).toFixed(2)) };
    }
  },
  fresh: () => probe.reading !== null && Date.now() - probe.reading.at < stale,
};
probe.read();
setInterval(probe.read, 500);

const routes = {
  "GET /": () => [200, { service: "coldroom", release, celsius: probe.reading && probe.reading.celsius }],
  // A reading that is old says nothing about the plasma.
  "GET /healthz": () => (probe.fresh() ? [200, { probe: "fresh" }] : [503, { probe: "silent" }]),
  "POST /probe/unplug": () => {
    probe.plugged = false;
    return [200, { probe: "unplugged" }];
  },
};

const server = http.createServer((req, res) => {
  const route = routes[`${req.method} ${req.url.split("?")[0]}`] || (() => [404, { error: "no such route" }]);
  const [status, body] = route();
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(body) + "\n");
});

server.listen(port, "0.0.0.0", () => console.log(JSON.stringify({ msg: "listening", port, release })));

process.on("SIGTERM", () => server.close(() => process.exit(0)));
