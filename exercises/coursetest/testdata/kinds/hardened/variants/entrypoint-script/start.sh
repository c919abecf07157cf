#!/bin/sh
set -e
REPORTS=$(mktemp -d)
export REPORTS
exec "$@"
