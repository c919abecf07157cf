#!/bin/sh
# build.sh OUT copies node, npm and the libraries that node needs to OUT.
set -eu
out=$1
lib=/usr/local/lib/node-runtime
mkdir -p "$out$lib" "$out/usr/local/bin" "$out/usr/share" "$out/usr/local/lib"
cp /usr/local/bin/node "$out/usr/local/bin/node"
# ldd prints "name => path (address)", and the loader as "path (address)".
ldd /usr/local/bin/node | awk '{ for (i = 1; i <= NF; i++) if ($i ~ "^/") print $i }' | sort -u |
    while read -r file; do cp -L "$file" "$out$lib/"; done
loader=$(patchelf --print-interpreter /usr/local/bin/node)
# RPATH, unlike the newer RUNPATH, also holds for what the libraries need.
patchelf --set-interpreter "$lib/${loader##*/}" --force-rpath --set-rpath "$lib" \
    "$out/usr/local/bin/node"
# Debian's modules find each other through the link node_modules.
cp -a /usr/share/nodejs /usr/share/node_modules "$out/usr/share/"
cp -a /usr/local/lib/node_modules "$out/usr/local/lib/node_modules"
for link in npm npx nodejs; do cp -a "/usr/local/bin/$link" "$out/usr/local/bin/$link"; done
