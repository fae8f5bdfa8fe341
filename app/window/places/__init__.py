"""The places of the window, each with its presenter and its words."""
