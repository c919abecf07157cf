#!/bin/sh
set -eu
. /opt/venv/bin/activate
exec python server.py
