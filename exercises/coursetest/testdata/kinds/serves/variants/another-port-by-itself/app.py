from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

ThreadingHTTPServer(("0.0.0.0", 5000), SimpleHTTPRequestHandler).serve_forever()
