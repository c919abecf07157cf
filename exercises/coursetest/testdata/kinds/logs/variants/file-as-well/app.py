import json

import serve


def record(method, path):
    line = json.dumps({"method": method, "path": path})
    print(line, flush=True)
    with open("app.log", "a") as log:
        log.write(line + "\n")


serve.run(record)
