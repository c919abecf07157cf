import json

import serve

serve.run(lambda method, path: print(json.dumps({"method": method, "path": path}, indent=2), flush=True))
