"""The place "My portal"."""
