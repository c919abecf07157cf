from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


class Handler(SimpleHTTPRequestHandler):
    cold = 3

    def do_GET(self):
        if Handler.cold > 0:
            Handler.cold -= 1
            self.send_error(503)
        else:
            super().do_GET()


ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
