"""How fast and how light is it? `make bench` prints what is claimed."""
