#!/bin/sh
# One address for the network, one for the crew.
set -eu
own=$(hostname -i | cut -d' ' -f1)
exec node server.js --host "$own" --admin-host 127.0.0.1 "$@"
