import json

import serve


def record(method, path):
    print(json.dumps({"method": method, "path": path}), flush=True)
    with open("/logs/app.log", "a") as log:
        log.write(f"{method} {path}\n")


serve.run(record)
