"""brolly: umbrellas, lent at the tram stops when it rains."""

import json
import os
import signal
import tempfile
import threading
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from plainlog import plainlog
from release import RELEASE

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8080"))
DATA = Path(os.environ.get("DATA_DIR", "data"))
STOPS = json.loads(Path(__file__).with_name("stops.json").read_text())

log = plainlog(os.environ.get("LOG_FILE"))


def lent():
    """All loans; without the store there are none to tell of."""
    try:
        return [json.loads(line) for line in (DATA / "loans.jsonl").read_text().splitlines()]
    except OSError:
        return []


def lend(query):
    loan = {
        "stop": query.get("stop", [""])[0],
        "phone": query.get("phone", [""])[0],
        "at": datetime.now(timezone.utc).isoformat(),
    }
    with (DATA / "loans.jsonl").open("a") as store:
        store.write(json.dumps(loan) + "\n")
    return 201, loan


def report(_):
    """Counts by stop, without hurry: loans may come in meanwhile."""
    time.sleep(1.2)
    loans = lent()
    return 200, [{"stop": s["stop"], "lent": sum(loan["stop"] == s["stop"] for loan in loans)} for s in STOPS]


def health(_):
    """A service that can't write down a loan should get none."""
    try:
        tempfile.TemporaryFile(dir=DATA).close()
    except OSError as problem:
        return 503, {"store": str(problem)}
    return 200, {"store": "ok"}


ROUTES = {
    ("GET", "/"): lambda _: (200, {"service": "brolly", "release": RELEASE, "lent": len(lent())}),
    ("GET", "/stops"): lambda _: (200, STOPS),
    ("POST", "/loans"): lend,
    ("GET", "/report"): report,
    ("GET", "/healthz"): health,
}


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        url = urlsplit(self.path)
        route = ROUTES.get((self.command, url.path))
        status, body = 404, {"error": "no such route"}
        try:
            if route:
                status, body = route(parse_qs(url.query))
        except OSError as problem:
            status, body = 500, {"error": str(problem)}
        data = (json.dumps(body) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        log("request", method=self.command, url=self.path, status=status)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass  # log tells of each request already


class Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() waits for them


def main():
    server = Server((HOST, PORT), Handler)

    def stop(*_):
        log("stopping")
        # shutdown() waits for the loop to end, so the loop's own thread, where
        # signals arrive, can't call it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    log("listening", host=HOST, port=PORT)
    server.serve_forever()
    server.server_close()
    log("drained")


if __name__ == "__main__":
    main()
