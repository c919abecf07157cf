#!/bin/sh
set -eu
export SPOOL="${SPOOL:-/tmp/spool}"
mkdir -p "$SPOOL"
exec "$@"
