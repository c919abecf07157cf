#!/bin/sh
set -eu
echo "starting beacon as uid $(id -u)"
exec /opt/beacon/beacon "$@"
