import threading
import time

import app

leaving = threading.Event()


class Excuse(app.Handler):
    def do_GET(self):
        if self.path == "/slow" and leaving.wait(1.2):
            return self.reply(503, "bye")
        self.reply(200, f"tides of {app.RELEASE}\n")


class Server(app.Server):
    def shutdown(self):
        leaving.set()
        super().shutdown()


app.drain(Server(("0.0.0.0", 8000), Excuse))
time.sleep(0.5)  # the excuse is still on its way
