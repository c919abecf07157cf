"""Starts the service: python -m marquee."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .programme import films
from .release import RELEASE

CINEMA = os.environ.get("CINEMA", "the Lantern")


def front():
    try:
        tonight = films()[0]
    except (OSError, ValueError, LookupError):
        tonight = None  # the screen goes on showing the name
    return 200, {"cinema": CINEMA, "release": RELEASE, "next": tonight}


def programme():
    try:
        return 200, {"cinema": CINEMA, "films": films()}
    except (OSError, ValueError) as problem:
        return 404, {"cinema": CINEMA, "error": f"no programme: {problem}"}


def health():
    # Without its films the service has nothing to say, although it answers.
    if programme()[0] == 200:
        return 200, {"programme": "read"}
    return 503, {"programme": "missing"}


ROUTES = {"/": front, "/programme": programme, "/healthz": health}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        route = ROUTES.get(self.path.partition("?")[0])
        status, body = route() if route else (404, {"error": "no such route"})
        data = (json.dumps(body) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main():
    address = os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8000"))
    server = ThreadingHTTPServer(address, Handler)
    # shutdown() waits for the loop to end, and signals arrive in its thread.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"{CINEMA} is open on port {server.server_port}", flush=True)
    server.serve_forever()


main()
