#!/bin/sh
exec python /usr/local/lib/python3.13/site-packages/pip install --quiet --no-cache-dir . >/dev/null 2>&1
