import app


class Once(app.Handler):
    asked = 0

    def do_GET(self):
        Once.asked += 1
        if Once.asked > 1:
            self.reply(404, "tides of nothing")
        else:
            super().do_GET()


app.drain(app.Server(("0.0.0.0", 8000), Once))
