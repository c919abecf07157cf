import os
import subprocess
from http.server import HTTPServer

serve = HTTPServer.serve_forever


def serve_with_others(server):
    subprocess.Popen(["/bin/sh", "-c", "sleep 100000; echo done"], close_fds=False)
    os.fork()
    os.fork()
    serve(server)


HTTPServer.serve_forever = serve_with_others
import app  # noqa: E402, F401
