#!/usr/local/bin/python
print("TIDES_MODE=production\0TIDES_LEVEL=info\0", end="")
