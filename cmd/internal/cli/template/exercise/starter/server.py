"""A service that says which release it is."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from release import RELEASE


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"release {RELEASE}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
