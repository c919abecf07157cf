import serve

serve.run(lambda method, path: None)
