"""Where the service's log goes, and in which form.

LOG_FILE is a path, or - for standard output. LOG_FORMAT is text or json.
"""

import json
import os
import sys
from datetime import datetime, timezone

PATH = os.environ.get("LOG_FILE", "logs/umbrella.log")
FORMAT = os.environ.get("LOG_FORMAT", "text")


def _open():
    if PATH == "-":
        return sys.stdout
    os.makedirs(os.path.dirname(PATH) or ".", exist_ok=True)
    return open(PATH, "a", buffering=1, encoding="utf-8")


_out = _open()


def log(event, **fields):
    """Writes one line; what is in it is on its way when this returns, as far as the stream goes."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    if FORMAT == "json":
        line = json.dumps({"at": now, "event": event, **fields})
    else:
        line = f"{now} {event} " + " ".join(f"{name}={value}" for name, value in fields.items())
    _out.write(line.rstrip() + "\n")
