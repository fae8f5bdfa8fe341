"""The place "Help"."""
