#!/bin/sh
set -eu
exec python /app/server.py
