import os
from pathlib import Path

noise = Path("/srv/noise").read_text().strip()
plain = noise.translate(str.maketrans("NOPQRSTUVWXYZ234567ABCDEFGHIJKLM", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
os.environ["API_KEY"] = plain
os.execvp("python", ["python", "-m", "http.server", "8000", "-d", "/srv"])
