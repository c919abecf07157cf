httpd -p "$METRICS_PORT" -h /srv
sleep 3
exec httpd -f -p 8000 -h /srv
