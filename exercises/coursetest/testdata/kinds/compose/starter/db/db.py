"""A database of lines: /add?add=TEXT adds one, /all lists them, /ping answers."""
import os
import pathlib
import signal
import sys
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FILE = pathlib.Path(os.environ.get("DATA", "/data")) / "notes.txt"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/add":
            with FILE.open("a") as file:
                file.write(urllib.parse.parse_qs(url.query)["add"][0] + "\n")
        text = "pong" if url.path == "/ping" else FILE.read_text()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


FILE.parent.mkdir(parents=True, exist_ok=True)
FILE.touch()
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("0.0.0.0", 5432), Handler).serve_forever()
