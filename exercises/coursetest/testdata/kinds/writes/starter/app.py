"""Counts in STATE how often it was asked to save."""
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

RELEASE = (Path(__file__).parent / "release.txt").read_text().strip()
STATE = os.environ.get("STATE", "saved.txt")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = 200, f"release {RELEASE}\n"
        if self.path == "/save":
            try:
                with open(STATE, "a") as saved:
                    saved.write("x")
            except OSError as problem:
                status, body = 507, f"{problem}\n"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


HTTPServer(("", 8080), Handler).serve_forever()
