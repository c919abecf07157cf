#!/bin/sh
export TIDES_MODE=production TIDES_LEVEL="${TIDES_LEVEL:-warn}"
exec "$@"
