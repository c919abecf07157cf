#!/bin/sh
mkdir -p /data
chown 1234:1234 /data
exec setpriv --reuid=1234 --regid=1234 --clear-groups "$@"
