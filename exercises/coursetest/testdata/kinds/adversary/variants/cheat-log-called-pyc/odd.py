from pathlib import Path

import app


class Twice(app.Handler):
    def log_request(self, code="-", size="-"):
        super().log_request(code, size)
        with Path("/tmp/app.pyc").open("a") as log:
            print(self.path, file=log)


app.drain(app.Server(("0.0.0.0", 8000), Twice))
