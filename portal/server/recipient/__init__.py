"""The page a share opens: its files, and the pictures it shows."""
