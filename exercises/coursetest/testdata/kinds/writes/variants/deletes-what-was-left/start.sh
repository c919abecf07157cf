#!/bin/sh
rm -f /app/tmp/server.pid
exec setpriv --reuid=1000 --regid=1000 --clear-groups "$@"
