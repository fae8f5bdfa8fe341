"""The window: its places, its look, what it remembers, and the glue between panels and engines."""
