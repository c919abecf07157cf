from pathlib import Path

import app


class Scratch(app.Handler):
    def do_GET(self):
        Path("/dev/shm/last").write_text("tide")
        super().do_GET()


app.drain(app.Server(("0.0.0.0", 8000), Scratch))
