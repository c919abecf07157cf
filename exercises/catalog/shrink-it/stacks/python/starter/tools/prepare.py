"""prepare MAP INDEX: fetches the region's map into a folder and writes the index of
stops from it."""

import json
import random
import sys
from pathlib import Path

TILES = 60
TILE_BYTES = 3 << 19
STREETS = ["Kelp Street", "Anchor Lane", "Harbour Road", "Gull Square", "Net Loft"]


def fetch_map(folder):
    """The map is not here; these bytes stand in for it, and pack as badly as one does."""
    folder.mkdir(parents=True, exist_ok=True)
    for tile in range(TILES):
        (folder / f"{tile}.tile").write_bytes(random.Random(tile).randbytes(TILE_BYTES))


def stops_of(tile):
    with tile.open("rb") as f:
        sample = f.read(10)
    first = int(tile.stem) * len(sample)
    for number, byte in enumerate(sample, first):
        yield {"id": number, "name": f"{STREETS[(number + 3) % len(STREETS)]} {number}", "shelter": byte % 2 == 0}


def main():
    folder, index = map(Path, sys.argv[1:])
    fetch_map(folder)
    stops = sorted((stop for tile in folder.iterdir() for stop in stops_of(tile)), key=lambda stop: stop["id"])
    index.write_text(json.dumps(stops))
    print(len(stops), "stops from", TILES, "tiles")


main()
