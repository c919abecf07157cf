#!/bin/sh
# The folder is there already; a volume, or another DATA_DIR, may lack it.
set -eu
mkdir -p "$DATA_DIR"
exec node server.js
