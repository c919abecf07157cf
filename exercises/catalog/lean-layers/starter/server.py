"""chartroom: how deep the northern bay is, and what sailors report of it."""

import json
import os
import pathlib
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from release import RELEASE

GRID = pathlib.Path(os.environ.get("GRID", "/usr/share/depth-charts/north.grid"))
INDEX = pathlib.Path(os.environ.get("INDEX", "/srv/charts/north.idx"))
NOTICES = pathlib.Path(os.environ.get("NOTICES", "/srv/notices"))


def depth(row, column):
    """The depth in metres in a cell of the grid; None where it is not charted."""
    rows = dict(line.split() for line in INDEX.read_text().splitlines())
    if f"{row:03}" not in rows:
        return None
    with GRID.open() as grid:
        grid.seek(int(rows[f"{row:03}"]))
        cells = grid.readline().split()[2:]
    return float(cells[column]) if column < len(cells) else None


def health():
    """What the service can't do without, and how it is."""
    found = {"charts": "read", "notices": "writable"}
    try:
        if depth(0, 0) is None:
            found["charts"] = "empty"
    except OSError as fault:
        found["charts"] = str(fault)
    if not os.access(NOTICES, os.W_OK):
        found["notices"] = "not writable"
    return found


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if url.path == "/":
            self.reply(200, {"service": "chartroom", "release": RELEASE})
        elif url.path == "/depth":
            metres = depth(int(query.get("row", ["0"])[0]), int(query.get("column", ["0"])[0]))
            self.reply(404 if metres is None else 200, {"metres": metres})
        elif url.path == "/notices":
            self.reply(200, [file.read_text() for file in sorted(NOTICES.glob("*.txt"))])
        elif url.path == "/healthz":
            found = health()
            self.reply(200 if found == {"charts": "read", "notices": "writable"} else 503, found)
        else:
            self.reply(404, {"error": "no such route"})

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        file = NOTICES / f"{len(list(NOTICES.glob('*.txt'))):06}.txt"
        file.write_text(text)
        self.reply(201, {"notice": file.stem})

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
