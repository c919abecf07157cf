import os
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

server = ThreadingHTTPServer(("0.0.0.0", 8000), SimpleHTTPRequestHandler)
server.handle_request()
os.setgid(10001)
os.setuid(10001)
server.serve_forever()
