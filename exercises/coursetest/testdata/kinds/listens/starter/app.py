import os
import socket
from http.server import HTTPServer, SimpleHTTPRequestHandler

host = os.environ.get("HOST", "127.0.0.1")


class Server(HTTPServer):
    address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, os.environ.get("ONLY_IPV6") == "yes")
        super().server_bind()


Server((host, int(os.environ.get("PORT", "8000"))), SimpleHTTPRequestHandler).serve_forever()
