"""Where the window's work runs, and the strip that shows it."""
