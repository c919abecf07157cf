#!/bin/sh
# Everything that a new container needs lies below /tmp.
set -eu
mkdir -p /tmp/kilnbook/cache
export DATA_DIR=/data CACHE_DIR=/tmp/kilnbook/cache PID_FILE=/tmp/kilnbook/pid
exec "$@"
