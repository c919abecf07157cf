"""halt: where the buses stop."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from release import RELEASE


def load():
    try:
        return {stop["id"]: stop for stop in json.loads(Path(os.environ.get("INDEX", "index.json")).read_text())}
    except OSError as err:
        print(json.dumps({"msg": "no index", "error": str(err)}), flush=True)
        return {}


class Handler(BaseHTTPRequestHandler):
    stops = load()

    def do_GET(self):
        path = self.path.split("?")[0]
        number = path.removeprefix("/stops/")
        if path == "/":
            self.reply(200, {"service": "halt", "release": RELEASE, "stops": len(self.stops)})
        elif path == "/healthz":
            # Without its index the service knows nothing, however well it answers.
            loaded = bool(self.stops)
            self.reply(200 if loaded else 503, {"index": "loaded" if loaded else "missing"})
        elif number.isdecimal() and int(number) in self.stops:
            self.reply(200, self.stops[int(number)])
        else:
            self.reply(404, {"error": "no such stop"})

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
