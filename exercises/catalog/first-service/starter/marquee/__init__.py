"""marquee: what is on tonight, for the screen above the door."""
