"""A service that finishes what it has begun."""

import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RELEASE = Path("release.txt").read_text().strip()


class Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() waits for them


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            print("drained", flush=True)
            time.sleep(1)
        body = f"release {RELEASE}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    server = Server(("0.0.0.0", 8000), Handler)
    # shutdown() waits for the loop to end, so the loop's thread can't call it.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()


main()
