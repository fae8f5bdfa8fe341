"""The index: what is on the shelf, read and counted fast; it can be made again at any time."""
