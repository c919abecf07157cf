#!/bin/sh
export SPOOL="${SPOOL:-/tmp/spool}"
mkdir -p "$SPOOL"

node server.js &
service=$!
trap 'kill -TERM "$service"' TERM INT
# The signal ends the first wait; the second one is for the end of the service.
wait "$service"
trap - TERM INT
wait "$service"
