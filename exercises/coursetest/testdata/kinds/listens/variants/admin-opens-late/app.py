import threading
import time
from http.server import HTTPServer, SimpleHTTPRequestHandler


def admin():
    time.sleep(1.5)
    HTTPServer(("0.0.0.0", 9000), SimpleHTTPRequestHandler).serve_forever()


threading.Thread(target=admin, daemon=True).start()
HTTPServer(("0.0.0.0", 8000), SimpleHTTPRequestHandler).serve_forever()
