#!/bin/sh
# Makes what the service writes to, and gives it to the user who runs it.
set -eu
mkdir -p cache data
chown -R node:node .
exec su node -s /bin/sh -c "exec node server.js"
