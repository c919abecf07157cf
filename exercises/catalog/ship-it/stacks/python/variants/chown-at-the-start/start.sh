#!/bin/sh
set -e
chown brolly /data
exec setpriv --reuid=brolly --regid=brolly --clear-groups "$@"
