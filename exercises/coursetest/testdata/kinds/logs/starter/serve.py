"""The service itself: app.py says what becomes of a request's line."""
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RELEASE = Path("release.txt").read_text().strip()


def run(record):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            record(self.command, self.path)
            body = f"high water at 4:12, release {RELEASE}\n".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    ThreadingHTTPServer(("", 8080), Handler).serve_forever()
