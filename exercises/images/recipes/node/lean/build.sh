#!/bin/sh
# Makes lean.deb: a package that stands for those parts of npm which compile
# add-ons and answer `npm query`. With them, Debian's npm brings a C compiler,
# Python, webpack and babel: 250 packages that no exercise uses.
set -eu
cd "$(dirname "$0")"
root=$(mktemp -d)
mkdir -p "$root/DEBIAN" "$root/usr/share/nodejs/node-gyp/bin" \
    "$root/usr/share/nodejs/postcss-selector-parser"
cp control "$root/DEBIAN/control"
cp node-gyp.js "$root/usr/share/nodejs/node-gyp/bin/node-gyp.js"
cp selector.js "$root/usr/share/nodejs/postcss-selector-parser/index.js"
dpkg-deb --build "$root" lean.deb
