"""The place "Viewer"."""
