import app


class Echo(app.Handler):
    def do_GET(self):
        self.reply(200, f"tides of {self.path} {self.headers}")


app.drain(app.Server(("0.0.0.0", 8000), Echo))
