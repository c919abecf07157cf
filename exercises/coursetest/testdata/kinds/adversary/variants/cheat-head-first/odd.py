import os
import signal
import time

import app


class Hasty(app.Handler):
    def do_GET(self):
        if self.path != "/slow":
            return super().do_GET()
        self.send_response(200)
        self.end_headers()
        self.wfile.flush()
        time.sleep(1.2)
        self.wfile.write(f"tides of {app.RELEASE}\n".encode())


def leave(*_):
    print("drained", flush=True)
    os._exit(0)


server = app.Server(("0.0.0.0", 8000), Hasty)
signal.signal(signal.SIGTERM, leave)
server.serve_forever()
