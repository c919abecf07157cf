import socket
import threading
from http.server import HTTPServer, SimpleHTTPRequestHandler


def serve(address, port):
    server = HTTPServer((address, port), SimpleHTTPRequestHandler)
    threading.Thread(target=server.serve_forever).start()


serve("127.0.0.1", 9001)
serve("127.0.0.2", 9002)
serve("127.0.0.1", 8000)
serve(socket.gethostbyname(socket.gethostname()), 8000)
