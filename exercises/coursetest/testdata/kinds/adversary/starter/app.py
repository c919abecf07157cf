"""Tells its release, logs in JSON, and finishes what it has begun."""

import json
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# From an archive too, where this file lies in one.
RELEASE = __loader__.get_data(str(Path(__file__).with_name("release.txt"))).decode().strip()


class Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() waits for them
    request_queue_size = 128


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(1.2)
        self.reply(200, f"tides of {RELEASE}\n")

    def reply(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        print(json.dumps({"request": self.path, "status": code}), flush=True)


def drain(server):
    # shutdown() waits for the loop to end, so the loop's thread can't call it.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()
    print("drained", flush=True)


if __name__ == "__main__":
    drain(Server(("0.0.0.0", 8000), Handler))
