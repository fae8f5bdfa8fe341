"""The place "Discs & drives"."""
