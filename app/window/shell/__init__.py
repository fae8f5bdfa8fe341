"""The window itself: its places, notices, settings, and how it is closed."""
