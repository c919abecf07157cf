#!/bin/sh
python app.py &
service=$!
trap 'kill -TERM "$service"' TERM
# The first wait ends when the trap has run, the second when the service has.
wait "$service"
trap - TERM
wait "$service"
