#!/bin/sh
chown app /srv
exec su app -c "exec httpd -f -p 8000 -h /srv"
