import socket
import threading
import time
from http.server import HTTPServer, SimpleHTTPRequestHandler


class Six(HTTPServer):
    address_family = socket.AF_INET6


def admin():
    time.sleep(1.5)
    Six(("::", 0), SimpleHTTPRequestHandler).serve_forever()


threading.Thread(target=admin, daemon=True).start()
HTTPServer(("0.0.0.0", 8000), SimpleHTTPRequestHandler).serve_forever()
