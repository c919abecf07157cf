#!/bin/sh
set -eu
: "${HOST:=0.0.0.0}" "${DATA_DIR:=/data}"
export HOST DATA_DIR
exec python -u server.py
