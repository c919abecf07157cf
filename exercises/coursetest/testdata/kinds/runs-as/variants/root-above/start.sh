#!/bin/sh
su app -c "exec httpd -f -p 8000 -h /srv"
echo ended
