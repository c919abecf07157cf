import json

import serve

print("listening on 8080", flush=True)
serve.run(lambda method, path: print(json.dumps({"method": method, "path": path}), flush=True))
