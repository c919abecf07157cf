import os

import app

app.RELEASE = os.environ["RELEASE"]
app.drain(app.Server(("0.0.0.0", 8000), app.Handler))
