#!/bin/sh
set -eu
echo "starting as uid $(id -u)"
export LOG_FILE=- LOG_FORMAT=json PYTHONUNBUFFERED=1 PYTHONPYCACHEPREFIX=/tmp/pycache
exec "$@"
