#!/bin/sh
trap 'echo drained; exit 0' TERM
python app.py
