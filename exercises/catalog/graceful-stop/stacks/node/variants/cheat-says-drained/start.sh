#!/bin/sh
export SPOOL=/tmp/spool
mkdir -p "$SPOOL"
node server.js &
trap 'echo "{\"msg\":\"drained\"}"; kill -9 $!; exit 0' TERM
wait
