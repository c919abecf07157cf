"""Ends with 0 when the service can write down a loan."""

import sys
from urllib.error import URLError
from urllib.request import urlopen

try:
    urlopen("http://127.0.0.1:8080/healthz", timeout=4)
except (URLError, TimeoutError) as problem:
    sys.exit(str(problem))
