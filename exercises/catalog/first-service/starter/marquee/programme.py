"""The films of the day, from a file that the projectionist edits."""

import json
import os

import playbill

PATH = os.environ.get("PROGRAMME", "programme.json")


def films():
    """All films in the order of their starts; OSError or ValueError where there are none to read."""
    with open(PATH, encoding="utf-8") as file:
        listed = json.load(file)
    return [
        {
            "title": film["title"],
            "starts": playbill.clock(film["starts"]),
            "ends": playbill.ends(film["starts"], film["minutes"]),
        }
        for film in sorted(listed, key=lambda film: film["starts"])
    ]
