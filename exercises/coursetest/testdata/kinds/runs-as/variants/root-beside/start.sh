#!/bin/sh
sleep 3600 &
exec su app -c "exec httpd -f -p 8000 -h /srv"
