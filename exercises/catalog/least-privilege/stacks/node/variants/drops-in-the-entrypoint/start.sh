#!/bin/sh
set -eu
chown 10001:10001 /data
exec setpriv --reuid 10001 --regid 10001 --clear-groups node server.js
