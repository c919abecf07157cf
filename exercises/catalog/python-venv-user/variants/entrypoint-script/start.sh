#!/bin/sh
set -eu
echo "starting as uid $(id -u)"
exec python server.py
