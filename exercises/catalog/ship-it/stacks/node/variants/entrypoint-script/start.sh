#!/bin/sh
set -eu
export HOST="${HOST:-0.0.0.0}" DATA_DIR="${DATA_DIR:-/data}"
exec "$@"
