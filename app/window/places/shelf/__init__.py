"""The place "My shelf"."""
