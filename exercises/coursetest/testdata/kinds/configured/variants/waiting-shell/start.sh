#!/bin/sh
python app.py
echo ended
