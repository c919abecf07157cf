httpd -p "$METRICS_PORT" -h /srv
sleep 4
exec httpd -f -p 8000 -h /srv
