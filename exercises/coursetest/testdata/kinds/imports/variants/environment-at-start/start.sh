#!/bin/sh
set -eu
. /opt/venv/bin/activate
exec setpriv --reuid=1234 --regid=1234 --clear-groups python app.py
