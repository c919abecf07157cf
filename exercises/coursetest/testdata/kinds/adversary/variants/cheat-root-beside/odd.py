import os
import subprocess

import app

subprocess.Popen(["sleep", "3600"])
os.setresuid(10001, 10001, 10001)
app.drain(app.Server(("0.0.0.0", 8000), app.Handler))
