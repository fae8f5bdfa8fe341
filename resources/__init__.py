"""Icons, styles and presets, read by importlib.resources."""
