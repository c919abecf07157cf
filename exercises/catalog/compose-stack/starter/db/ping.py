"""Ends well when the database answers. A test that runs often had better be light."""

import socket
import sys

with socket.create_connection(("127.0.0.1", 5432), timeout=2) as db:
    db.sendall(b"GET /ping HTTP/1.0\r\n\r\n")
    sys.exit(b" 200 " not in db.recv(64))
