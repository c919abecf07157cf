import os
import signal
import socket

import app


class Shared(app.Server):
    def server_bind(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()


workers = []
for _ in range(2):
    if (pid := os.fork()) == 0:
        app.drain(Shared(("0.0.0.0", 8000), app.Handler))
        os._exit(0)
    workers.append(pid)
signal.signal(signal.SIGTERM, lambda *_: [os.kill(pid, signal.SIGTERM) for pid in workers])
for pid in workers:
    os.waitpid(pid, 0)
