import serve

serve.run(lambda method, path: print('{"method": "GET", "path": "/tides?trace=1"}', flush=True))
