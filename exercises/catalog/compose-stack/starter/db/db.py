"""A database of ships that wait: SQLite, asked over HTTP by whoever has the password."""

import json
import os
import pathlib
import signal
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

FOLDER = pathlib.Path(os.environ.get("DATA", "/var/lib/db"))
FILE = os.environ.get("DB_PASSWORD_FILE")
PASSWORD = pathlib.Path(FILE).read_text().strip() if FILE else os.environ.get("DB_PASSWORD", "")

STORE = sqlite3.connect(FOLDER / "locks.db")
STORE.execute("CREATE TABLE IF NOT EXISTS passages (id INTEGER PRIMARY KEY, ship TEXT NOT NULL)")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = urlsplit(self.path).path
        if path == "/ping":
            STORE.execute("SELECT count(*) FROM passages").fetchone()
            self.reply(200, {"db": "ok"})
        elif self.trusted():
            self.reply(200, [ship for (ship,) in STORE.execute("SELECT ship FROM passages ORDER BY id")])

    def do_POST(self):
        if self.trusted():
            ship = parse_qs(urlsplit(self.path).query)["ship"][0]
            with STORE:
                STORE.execute("INSERT INTO passages (ship) VALUES (?)", (ship,))
            self.reply(201, {"ship": ship})

    def trusted(self):
        """Whether the password is right; who has another one is told so."""
        well = PASSWORD != "" and self.headers.get("Authorization") == "Bearer " + PASSWORD
        if not well:
            self.reply(401, {"error": "the password is not right"})
        return well

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(HTTPServer):
    request_queue_size = 128


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("the database is open", flush=True)
Server(("0.0.0.0", 5432), Handler).serve_forever()
