import json
import logging

import serve


class Objects(logging.Formatter):
    def format(self, record):
        return json.dumps({"level": record.levelname, "message": record.getMessage()})


handler = logging.StreamHandler()
handler.setFormatter(Objects())
logging.basicConfig(level=logging.INFO, handlers=[handler])
logging.info("ready")
serve.run(lambda method, path: logging.info("%s %s", method, path))
