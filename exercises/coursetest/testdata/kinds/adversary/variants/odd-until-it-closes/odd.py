import time

import app


class Old(app.Handler):
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(1.2)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"tides of {app.RELEASE}\n".encode())


app.drain(app.Server(("0.0.0.0", 8000), Old))
