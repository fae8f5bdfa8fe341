"""Reading one entry of a source: bounded, past scratches, and from within containers."""
