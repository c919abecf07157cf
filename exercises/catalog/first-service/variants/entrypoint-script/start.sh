#!/bin/sh
set -eu
: "${CINEMA:=a cinema near you}"
export CINEMA
exec python -m marquee "$@"
