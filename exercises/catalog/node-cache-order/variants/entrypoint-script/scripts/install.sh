#!/bin/sh
# Hidden from a reader of the Dockerfile, and honest nonetheless.
set -eu
tool=npm
exec $tool ci
