#!/bin/sh
set -eu
export SPOOL=/var/spool/passes
install -d -o 10001 -g 10001 "$SPOOL"
exec setpriv --reuid 10001 --regid 10001 --clear-groups python server.py
