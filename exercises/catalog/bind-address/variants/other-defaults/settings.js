"use strict";

// Where the two servers listen. Flags come first, then variables, then what
// suits a container: --host, --port, --admin-host, --admin-port, or HOST, PORT,
// ADMIN_HOST, ADMIN_PORT. The admin server is for the crew, inside.
const { parseArgs } = require("node:util");

const { values: flags } = parseArgs({
  options: {
    host: { type: "string" },
    port: { type: "string" },
    "admin-host": { type: "string" },
    "admin-port": { type: "string" },
  },
});

const host = flags.host || process.env.HOST || "0.0.0.0";

exports.public = { host, port: Number(flags.port || process.env.PORT || 3000) };
exports.admin = {
  host: flags["admin-host"] || process.env.ADMIN_HOST || "127.0.0.1",
  port: Number(flags["admin-port"] || process.env.ADMIN_PORT || 9100),
};
