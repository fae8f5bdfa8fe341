"""Stored values of one frame: fragments, codecs, layout, before any step of display."""
