import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Well(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()


subprocess.Popen(sys.argv[1:]) if sys.argv[1:] else None
HTTPServer(("127.0.0.1", 8001), Well).serve_forever()
