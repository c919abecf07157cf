from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

RELEASE = (Path(__file__).parent / "release.txt").read_text().strip()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"release {RELEASE}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("", 8080), Handler).serve_forever()
