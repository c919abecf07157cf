import serve


def record(method, path):
    with open("app.log", "a") as log:
        log.write(f"{method} {path}\n")


serve.run(record)
