import serve

serve.run(lambda method, path: print(method, path, flush=True))
