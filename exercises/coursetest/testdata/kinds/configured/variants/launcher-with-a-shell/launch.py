import subprocess

subprocess.call("python app.py && echo ended", shell=True)
