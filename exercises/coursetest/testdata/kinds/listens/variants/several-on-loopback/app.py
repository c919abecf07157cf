import socket
import threading
from http.server import SimpleHTTPRequestHandler
from socketserver import ThreadingTCPServer


def serve(address, port):
    # Not http.server's own class: that asks who the address is, of a network that
    # may take seconds to say that it does not know.
    server = ThreadingTCPServer((address, port), SimpleHTTPRequestHandler)
    threading.Thread(target=server.serve_forever).start()


serve("127.0.0.1", 9001)
serve("127.0.0.2", 9002)
serve("127.0.0.1", 8000)
serve(socket.gethostbyname(socket.gethostname()), 8000)
