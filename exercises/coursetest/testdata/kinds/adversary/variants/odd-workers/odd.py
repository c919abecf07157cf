import os
import signal

import app

server = app.Server(("0.0.0.0", 8000), app.Handler)
# Both hear of a request: the one that comes too late must not wait for the next.
server.socket.setblocking(False)
workers = []
for _ in range(2):
    if (pid := os.fork()) == 0:
        app.drain(server)
        os._exit(0)
    workers.append(pid)
signal.signal(signal.SIGTERM, lambda *_: [os.kill(pid, signal.SIGTERM) for pid in workers])
for pid in workers:
    os.waitpid(pid, 0)
