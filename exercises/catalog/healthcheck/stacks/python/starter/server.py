"""coldroom: how warm it is where the plasma is kept."""

import json
import math
import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from release import RELEASE


class Probe:
    """The temperature, read twice a second in the background."""

    STALE = 2  # seconds without a reading after which it counts for nothing

    def __init__(self):
        self.plugged = True
        self.celsius = None
        self.read_at = 0.0

    def run(self):
        while True:
            if self.plugged:
                # This stands in for the probe on the serial line.
                self.celsius = round(3.8 + math.sin(time.time() / 60) / 2, 2)
                self.read_at = time.monotonic()
            time.sleep(0.5)

    def fresh(self):
        return self.celsius is not None and time.monotonic() - self.read_at < self.STALE


class Handler(BaseHTTPRequestHandler):
    probe = Probe()

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/":
            self.reply(200, {"service": "coldroom", "release": RELEASE, "celsius": self.probe.celsius})
        elif path == "/healthz":
            # A reading that is old says nothing about the plasma.
            fresh = self.probe.fresh()
            self.reply(200 if fresh else 503, {"probe": "fresh" if fresh else "silent"})
        else:
            self.reply(404, {"error": "no such route"})

    def do_POST(self):
        if self.path != "/probe/unplug":
            self.reply(404, {"error": "no such route"})
            return
        self.probe.plugged = False
        self.reply(200, {"probe": "unplugged"})

    def reply(self, status, body):
        data = (json.dumps(body) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def main():
    threading.Thread(target=Handler.probe.run, daemon=True).start()
    server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Handler)
    # shutdown() waits for the loop to end, and signals arrive in the thread
    # that runs it.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(json.dumps({"msg": "listening", "port": server.server_port, "release": RELEASE}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
