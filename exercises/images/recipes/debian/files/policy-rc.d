#!/bin/sh
# No service is started by the installation of its package.
exit 101
