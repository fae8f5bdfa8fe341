"""The tables of the index, in small ordered steps."""
