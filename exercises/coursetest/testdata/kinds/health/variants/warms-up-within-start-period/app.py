"""A service that knows whether it is well."""

import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RELEASE = Path("release.txt").read_text().strip()


BEGAN = time.monotonic()


class Handler(BaseHTTPRequestHandler):
    store = os.environ.get("STORE", "here")

    def do_GET(self):
        if self.path == "/healthz":
            warm = time.monotonic() - BEGAN > 10
            self.reply(200 if warm and self.store == "here" else 503, f"store {self.store}\n")
        else:
            self.reply(200, f"release {RELEASE}\n")

    def do_POST(self):
        Handler.store = "broken"
        self.reply(200, "broken\n")

    def reply(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
