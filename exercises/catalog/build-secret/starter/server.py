"""ladings: what a cargo costs at the customs."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

import customs
from release import RELEASE

RECEIPT = json.loads(files(customs).joinpath("receipt.json").read_text())


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if url.path == "/":
            self.reply(200, {"service": "ladings", "release": RELEASE, "kinds": sorted(customs.PER_MILLE)})
        elif url.path == "/duty":
            kind, value = query.get("kind", ["grain"])[0], int(query.get("value", ["1000"])[0])
            known = kind in customs.PER_MILLE
            self.reply(200 if known else 404, {"duty": customs.duty(kind, value)} if known else {"error": "no such cargo"})
        elif url.path == "/packages":
            # Whose token fetched what, for the people who look after tokens.
            self.reply(200, [RECEIPT])
        elif url.path == "/healthz":
            well = customs.duty("grain", 1000) == 12
            self.reply(200 if well else 503, {"tariff": "there" if well else "wrong"})
        else:
            self.reply(404, {"error": "no such route"})

    def reply(self, status, body):
        data = (json.dumps(body) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main():
    server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8000"))), Handler)
    # shutdown() waits for the loop, so another thread has to call it.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print("listening on", server.server_address, "release", RELEASE, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
