#!/bin/sh
set -eu
export NODE_ENV=production
exec node /opt/galley/dist/server.js "$@"
