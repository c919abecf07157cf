#!/usr/local/bin/python
import sys

for word in sys.argv:
    if word in ("/data", "/tmp"):
        print("writable", word)
print("end 1")
