"""guestbook: what the visitors of the lighthouse museum say."""

import json
import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from release import RELEASE

DATA = Path(os.environ.get("DATA", "/data"))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/":
            entries = sum(1 for _ in DATA.glob("*.json"))
            self.reply(200, {"service": "guestbook", "release": RELEASE, "entries": entries})
        elif url.path == "/sign":
            self.sign(parse_qs(url.query).get("text", ["Lovely seagulls."])[0])
        elif url.path == "/healthz":
            # A guest book that can't be written in is of no use to anybody.
            writable = os.access(DATA, os.W_OK)
            self.reply(200 if writable else 503, {"data": "writable" if writable else "not writable"})
        else:
            self.reply(404, {"error": "no such route"})

    def sign(self, text):
        name = f"{time.time_ns()}.json"
        try:
            (DATA / name).write_text(json.dumps({"at": time.strftime("%FT%TZ", time.gmtime()), "text": text[:500]}))
        except OSError as err:
            self.reply(500, {"error": str(err)})
            return
        self.reply(200, {"saved": name})

    def reply(self, status, body):
        data = (json.dumps(body) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def main():
    server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Handler)
    # shutdown() waits for the loop to end, and signals arrive in the thread
    # that runs it.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(json.dumps({"msg": "listening", "port": server.server_port, "release": RELEASE}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
