"""The widgets of "My portal"."""
