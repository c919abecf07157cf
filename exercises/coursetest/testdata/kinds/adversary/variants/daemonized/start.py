import subprocess

subprocess.Popen(["python", "app.py"], start_new_session=True)
