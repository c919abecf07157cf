"""When the water is high."""


def high(when):
    return f"high water at {when}"
