import json
import sys

import app


class Other(app.Handler):
    def log_request(self, code="-", size="-"):
        print(json.dumps({"was": "größer", "at": [self.path]}, ensure_ascii=False, indent=None), file=sys.stderr, flush=True)


app.drain(app.Server(("0.0.0.0", 8000), Other))
