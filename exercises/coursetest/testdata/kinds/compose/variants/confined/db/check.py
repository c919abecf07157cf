import urllib.request

urllib.request.urlopen("http://127.0.0.1:5432/ping", timeout=3)
