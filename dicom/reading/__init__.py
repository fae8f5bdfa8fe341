"""A file's bytes into elements: bounded, tolerant, never more than what was asked for."""
