"""The widget of one viewport: the picture, what is painted over it, and what the mouse does on it."""
