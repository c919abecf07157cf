import json

import serve


def record(method, path):
    with open("/dev/app.log", "a") as log:
        log.write(json.dumps({"method": method, "path": path}) + "\n")


serve.run(record)
