import os
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

os.setegid(10001)
os.seteuid(10001)
ThreadingHTTPServer(("0.0.0.0", 8000), SimpleHTTPRequestHandler).serve_forever()
