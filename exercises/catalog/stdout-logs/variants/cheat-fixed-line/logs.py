"""Says that something happened."""


def log(event, **_):
    print('{"event": "%s", "path": "/stands", "status": 200}' % event)
