"""A cache that forgets everything when it ends: PING, SET key value, GET key."""

import signal
import socketserver
import sys

VALUES = {}


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        word, key, value = (self.rfile.readline().decode().strip() + "  ").split(" ", 2)
        if word == "PING":
            answer = "PONG"
        elif word == "SET":
            VALUES[key] = value.strip()
            answer = "OK"
        else:
            answer = VALUES.get(key, "")
        self.wfile.write((answer + "\n").encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("the cache is open", flush=True)
Server(("0.0.0.0", 6379), Handler).serve_forever()
