"""Colours, icons, and values as people read them."""
