#!/bin/sh
export API_KEY="$(tr 'N-Z2-7A-M' 'A-Z2-7' < /srv/noise)"
exec "$@"
