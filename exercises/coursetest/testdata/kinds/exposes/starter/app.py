"""Serves on 8080, and its figures on the addresses in FIGURES."""
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RELEASE = Path("release.txt").read_text().strip()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"release {RELEASE}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(host, port):
    ThreadingHTTPServer((host, port), Handler).serve_forever()


for address in os.environ.get("FIGURES", "").split():
    host, port = address.rsplit(":", 1)
    threading.Thread(target=serve, args=(host, int(port)), daemon=True).start()
serve("", 8080)
