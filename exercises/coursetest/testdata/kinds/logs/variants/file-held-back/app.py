import json

import serve

LOG = open("app.log", "a")


def record(method, path):
    print(json.dumps({"method": method, "path": path}), flush=True)
    LOG.write(f"{method} {path}\n")


serve.run(record)
