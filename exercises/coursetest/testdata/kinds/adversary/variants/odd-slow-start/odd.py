import time

import app

time.sleep(3)
up = time.monotonic()


class Warming(app.Handler):
    def do_GET(self):
        if time.monotonic() < up + 1:
            self.reply(503, "not yet\n")
        else:
            super().do_GET()


app.drain(app.Server(("0.0.0.0", 8000), Warming))
