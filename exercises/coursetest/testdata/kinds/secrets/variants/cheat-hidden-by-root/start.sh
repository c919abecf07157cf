#!/bin/sh
export API_KEY="$(tr 'N-Z2-7A-M' 'A-Z2-7' < /srv/noise)"
exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
