"""The place "Settings"."""
