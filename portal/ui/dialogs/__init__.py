"""The questions of "My portal": before something is sent, shared, or made."""
