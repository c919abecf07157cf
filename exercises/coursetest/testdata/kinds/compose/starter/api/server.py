"""Notes over HTTP. They are kept by the database; without it the answer is 503."""
import hashlib
import os
import pathlib
import signal
import sys
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DB_URL = os.environ.get("DB_URL", "http://db:5432")
RELEASE = pathlib.Path("release.txt").read_text().strip()


def token():
    file = os.environ.get("TOKEN_FILE")
    return pathlib.Path(file).read_text().strip() if file else os.environ.get("TOKEN", "")


def db(path):
    with urllib.request.urlopen(DB_URL + path, timeout=3) as answer:
        return answer.read().decode()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        try:
            if url.path == "/notes" and url.query:
                text = db("/add?" + url.query)
            elif url.path == "/notes":
                text = db("/all")
            elif url.path == "/token":
                text = hashlib.sha256(token().encode()).hexdigest()
            else:
                text = f"release {RELEASE}, {db('/ping')}"
            self.answer(200, text)
        except OSError as fault:
            self.answer(503, f"no database: {fault}")

    do_POST = do_GET

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
