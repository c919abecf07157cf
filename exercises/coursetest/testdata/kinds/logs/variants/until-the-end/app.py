import json
import os
import signal

import serve

lines = []


def stop(*_):
    os.write(1, "".join(lines).encode())
    os._exit(0)


signal.signal(signal.SIGTERM, stop)
serve.run(lambda method, path: lines.append(json.dumps({"method": method, "path": path}) + "\n"))
