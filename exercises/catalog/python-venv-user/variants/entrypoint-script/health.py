"""Ends with 0 when /healthz answers 200 within two seconds."""

import http.client
import sys

connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=2)
connection.request("GET", "/healthz")
sys.exit(connection.getresponse().status != 200)
