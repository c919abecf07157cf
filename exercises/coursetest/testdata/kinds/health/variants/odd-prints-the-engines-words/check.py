"""Asks the service, and says in the engine's words what it got."""

import sys
from urllib.request import urlopen

try:
    urlopen("http://127.0.0.1:8000/healthz", timeout=2)
except OSError as error:
    sys.exit(f"warming up, or exceeded timeout: {error}")
