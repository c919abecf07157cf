"""Installs a package from the company's registry: fetch.py NAME==VERSION [pip's options].

The registry wants a token: in REGISTRY_TOKEN, or in the file that
REGISTRY_TOKEN_FILE names, which is /run/secrets/registry_token if it says
nothing. Here the registry is a folder, so that a build needs no network; what it
writes down of each download is the same: the package, and the fingerprint of
the token that asked for it.
"""

import hashlib
import importlib.metadata
import json
import os
import pathlib
import site
import subprocess
import sys

REGISTRY = pathlib.Path(__file__).resolve().parent.parent / "registry"
DEFAULT = "/run/secrets/registry_token"


def token():
    value = os.environ.get("REGISTRY_TOKEN", "").encode()
    file = pathlib.Path(os.environ.get("REGISTRY_TOKEN_FILE", DEFAULT))
    if not value and file.is_file():
        value = file.read_bytes()
    if not value:
        sys.exit(f"registry: 401, no token in REGISTRY_TOKEN and none in {file}")
    return value


def main(package, *options):
    fingerprint = hashlib.sha256(token()).hexdigest()
    pip = [sys.executable, "-m", "pip", "install", "--no-index", "--no-cache-dir", "--root-user-action=ignore"]
    subprocess.run([*pip, "--find-links", REGISTRY, *options, package], check=True)
    # Where pip put it, the receipt goes as well.
    where = [options[i + 1] for i, o in enumerate(options) if o == "--target"]
    where = where or [site.getusersitepackages(), *sys.path]
    name, version = package.split("==")
    found = next(importlib.metadata.distributions(name=name, path=where))
    receipt = {"package": name, "version": version, "fetched_with": fingerprint}
    pathlib.Path(found.locate_file(name), "receipt.json").write_text(json.dumps(receipt) + "\n")
    print(f"fetched {package} with token {fingerprint[:8]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
