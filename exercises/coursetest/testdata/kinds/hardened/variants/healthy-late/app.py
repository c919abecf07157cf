"""Writes a report to the folder REPORTS whenever it is asked for one."""
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

HERE = Path(__file__).parent
RELEASE = (HERE / "release.txt").read_text().strip()
REPORTS = Path(os.environ.get("REPORTS", HERE / "reports"))
BEGAN = time.monotonic()


def report():
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "tides.txt").write_text("high water at 4:12\n")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = 200, f"release {RELEASE}\n"
        if self.path == "/healthz" and time.monotonic() - BEGAN < 5:
            status, body = 503, "warming up\n"
        elif self.path == "/report":
            try:
                report()
            except OSError as problem:
                status, body = 500, f"{problem}\n"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


if os.environ.get("REPORT_AT_START"):
    report()
HTTPServer(("", 8080), Handler).serve_forever()
