#!/bin/sh
set -eu
npm ci
npm test
npm run build
mkdir /out
cp -r dist package.json package-lock.json vendor /out/
cd /out
npm ci --omit=dev
rm -r vendor package.json package-lock.json
