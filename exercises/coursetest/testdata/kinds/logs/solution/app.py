import json

import serve


def record(method, path):
    print(json.dumps({"method": method, "path": path}), flush=True)


serve.run(record)
