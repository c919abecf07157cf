"""Tells its release, and under /about what its package says of itself."""
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import metadata

from release import RELEASE


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"release {RELEASE}\n"
        if self.path == "/about":
            body = metadata("tides")["Summary"] + "\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


HTTPServer(("", 8080), Handler).serve_forever()
