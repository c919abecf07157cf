"use strict";

// Where the two servers listen. Flags come first, then variables, then what
// suits a laptop: --host, --port, --admin-host, --admin-port, or HOST, PORT,
// ADMIN_HOST, ADMIN_PORT. Without a host of its own, the admin server listens
// where the other one does.
const { parseArgs } = require("node:util");

const { values: flags } = parseArgs({
  options: {
    host: { type: "string" },
    port: { type: "string" },
    "admin-host": { type: "string" },
    "admin-port": { type: "string" },
  },
});

const host = flags.host || process.env.HOST || "127.0.0.1";

exports.public = { host, port: Number(flags.port || process.env.PORT || 3000) };
exports.admin = {
  host: flags["admin-host"] || process.env.ADMIN_HOST || host,
  port: Number(flags["admin-port"] || process.env.ADMIN_PORT || 9100),
};
