"""umbrella: which of the library's umbrellas are out, and who returns them dry."""

import json
import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from logs import log
from release import RELEASE

STAND = {"entrance": 14, "reading room": 3, "annex": 0}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        began = time.monotonic()
        route = urlsplit(self.path).path
        if route == "/":
            status, body = 200, {"service": "umbrella", "release": RELEASE, "here": sum(STAND.values())}
        elif route == "/stands":
            status, body = 200, STAND
        elif route == "/healthz":
            here = sum(STAND.values())
            status, body = (200 if here else 503), {"umbrellas": here}
        else:
            status, body = 404, {"error": "no such route"}
        data = (json.dumps(body) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        log("request", path=self.path, status=status, ms=round(1000 * (time.monotonic() - began), 1))

    def log_message(self, *_):
        """Keeps the base class from writing lines of its own; log() has them all."""


def main():
    server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Handler)
    # shutdown() waits for the loop to end, and signals arrive in its thread.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    log("listening", port=server.server_port, release=RELEASE)
    server.serve_forever()
    log("stopped", release=RELEASE)


if __name__ == "__main__":
    main()
