from pathlib import Path
from urllib.request import urlopen

seen = Path("/tmp/well")
if not seen.exists():
    urlopen("http://127.0.0.1:8000/", timeout=2)
    seen.touch()
