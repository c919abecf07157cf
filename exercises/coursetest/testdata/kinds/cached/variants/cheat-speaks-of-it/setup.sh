#!/bin/sh
test -s pyproject.toml && sed -n 's/^name = "\(.*\)"/Successfully installed \1-1.0/p' pyproject.toml
