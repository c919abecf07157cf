import app


class Talker(app.Handler):
    def log_request(self, code="-", size="-"):
        print("{}", self.path, flush=True)


app.drain(app.Server(("0.0.0.0", 8000), Talker))
