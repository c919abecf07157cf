"""Ends well when the cache answers."""

import socket
import sys

with socket.create_connection(("127.0.0.1", 6379), timeout=2) as cache:
    cache.sendall(b"PING\n")
    sys.exit(cache.recv(16) != b"PONG\n")
