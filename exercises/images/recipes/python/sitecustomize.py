"""Puts site-packages on the path, where the published image has its packages.

Debian's interpreter looks in dist-packages instead, and has that frozen into
its binary. A virtual environment without the system's packages is left alone.
"""

import site
import sys

if sys.base_prefix in site.PREFIXES:
    site.addsitedir(f"{sys.base_prefix}/lib/python3.13/site-packages")
