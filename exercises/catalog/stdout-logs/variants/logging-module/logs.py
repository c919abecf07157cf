"""The service's log: one JSON object a line, on standard error."""

import json
import logging
from datetime import datetime, timezone


class Objects(logging.Formatter):
    """Writes a record with its fields as one object."""

    def format(self, record):
        at = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, "level": record.levelname, "event": record.msg, **record.fields})


_handler = logging.StreamHandler()
_handler.setFormatter(Objects())
_logger = logging.getLogger("umbrella")
_logger.addHandler(_handler)
_logger.setLevel(logging.INFO)


def log(event, **fields):
    """Writes one line."""
    _logger.info(event, extra={"fields": fields})
