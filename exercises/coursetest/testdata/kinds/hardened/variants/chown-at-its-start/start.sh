#!/bin/sh
set -e
mkdir -p /tmp/reports
chown 1000:1000 /tmp/reports
exec setpriv --reuid=1000 --regid=1000 --clear-groups "$@"
