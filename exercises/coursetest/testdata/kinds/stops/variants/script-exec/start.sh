#!/bin/sh
set -e
echo "starting as $(id -u)"
exec "$@"
