#!/bin/sh
python app.py &
service=$!
trap 'kill -TERM "$service"; exit 0' TERM
wait "$service"
