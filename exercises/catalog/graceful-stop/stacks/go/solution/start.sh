#!/bin/sh
set -eu

# The printer wants a folder for what it prints.
export SPOOL="${SPOOL:-/tmp/spool}"
mkdir -p "$SPOOL"
# Half-printed passes of an earlier life are of no use to anybody.
rm -f "$SPOOL"/*.part

# The service takes the place of this shell and is PID 1: the signals are its own.
exec kiosk
