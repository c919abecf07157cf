"""Exit with 0 when the service and its probe are well."""

import http.client
import json
import sys

try:
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=2)
    connection.request("GET", "/healthz")
    response = connection.getresponse()
    said = json.load(response)
    print(response.status, said)
    sys.exit(0 if response.status == 200 and said["probe"] == "fresh" else 1)
except OSError as err:
    sys.exit(f"no answer: {err}")
