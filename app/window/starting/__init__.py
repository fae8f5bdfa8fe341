"""From nothing to a shown window, and what the system asks of it."""
