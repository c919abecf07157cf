"""tidewatch: how high the water stands, and which boats it carries."""

import json
import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import soundings
import tides
from release import RELEASE


class Gauge:
    """The water's height now, read anew every second in the background."""

    STALE = 5  # seconds without a reading after which nobody should trust it

    def __init__(self):
        self.metres = None
        self.read_at = 0.0

    def run(self):
        while True:
            self.metres = tides.height(time.time() / 3600)
            self.read_at = time.monotonic()
            time.sleep(1)

    def fresh(self):
        return self.metres is not None and time.monotonic() - self.read_at < self.STALE


class Handler(BaseHTTPRequestHandler):
    gauge = Gauge()

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/":
            self.reply(200, {"service": "tidewatch", "release": RELEASE, "metres": self.gauge.metres})
        elif url.path == "/clears":
            draught = float(parse_qs(url.query).get("draught", ["1.5"])[0])
            tide = self.gauge.metres or 0.0
            self.reply(200, {basin: soundings.clears(basin, tide, draught) for basin in soundings.CHARTED})
        elif url.path == "/healthz":
            # A gauge that stands still makes every answer a lie, so the
            # service counts as unwell although it answers.
            fresh = self.gauge.fresh()
            self.reply(200 if fresh else 503, {"gauge": "fresh" if fresh else "stale"})
        else:
            self.reply(404, {"error": "no such route"})

    def reply(self, status, body):
        data = (json.dumps(body) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main():
    threading.Thread(target=Handler.gauge.run, daemon=True).start()
    server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Handler)
    # shutdown() waits for the loop to end, so it can't be called from the
    # thread that runs the loop, which is where signals arrive.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print("listening on", server.server_address, "release", RELEASE, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
