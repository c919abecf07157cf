"""kiosk: prints boarding passes for the island ferries."""

import itertools
import json
import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from release import RELEASE

SPOOL = Path(os.environ.get("SPOOL", "spool"))
PRINTING = 2  # seconds that the printer takes for a pass


def log(msg, **more):
    print(json.dumps({"msg": msg, **more}), flush=True)


class Server(ThreadingHTTPServer):
    # server_close() waits for the threads of requests that are under way.
    daemon_threads = False


class Kiosk(BaseHTTPRequestHandler):
    numbers = itertools.count(1)
    printed = 0

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/":
            self.reply(200, {"service": "kiosk", "release": RELEASE, "printed": Kiosk.printed})
        elif path == "/print":
            self.print_pass()
        elif path == "/healthz":
            # Without a spool every pass is lost, so the service counts as unwell.
            ready = os.access(SPOOL, os.W_OK)
            self.reply(200 if ready else 503, {"spool": "ready" if ready else "missing"})
        else:
            self.reply(404, {"error": "no such route"})

    def print_pass(self):
        number = next(self.numbers)
        part = SPOOL / f"{os.getpid()}-{number}.part"
        try:
            part.write_text("BOARDING PASS\n")
        except OSError as err:
            self.reply(500, {"error": str(err)})
            return
        time.sleep(PRINTING)
        part.rename(part.with_suffix(".pass"))
        Kiosk.printed += 1
        self.reply(200, {"pass": number, "release": RELEASE})

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
    server = Server(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Kiosk)

    def stop(*_):
        log("stopping")
        # shutdown() waits for the loop to end, and signals arrive in the
        # thread that runs it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    log("listening", port=server.server_port, release=RELEASE, spool=str(SPOOL))
    server.serve_forever()
    server.server_close()
    log("drained", printed=Kiosk.printed)


if __name__ == "__main__":
    main()
