"""Shows the digest of its token: from its command, a file like .env, or TOKEN."""
import hashlib
import os
import pathlib
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RELEASE = pathlib.Path("release.txt").read_text().strip()


def token():
    if len(sys.argv) > 1:
        return sys.argv[1]
    file = os.environ.get("TOKEN_FILE")
    return pathlib.Path(file).read_text().strip().removeprefix("TOKEN=") if file else os.environ.get("TOKEN", "")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        text = f"release {RELEASE}"
        if self.path == "/token":
            text = hashlib.sha256(token().encode()).hexdigest()
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
