import sys
from http.client import HTTPConnection

connection = HTTPConnection("127.0.0.1", 8000, timeout=2)
connection.request("GET", "/healthz")
sys.exit(connection.getresponse().status != 200)
