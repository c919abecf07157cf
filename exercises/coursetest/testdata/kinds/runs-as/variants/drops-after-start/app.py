import os
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


def drop():
    os.setgid(10001)
    os.setuid(10001)


server = ThreadingHTTPServer(("0.0.0.0", 8000), SimpleHTTPRequestHandler)
threading.Timer(0.7, drop).start()
server.serve_forever()
