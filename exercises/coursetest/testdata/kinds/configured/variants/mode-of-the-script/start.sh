#!/bin/sh
TIDES_MODE=development python app.py
echo ended
