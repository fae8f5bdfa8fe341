"""From a series to the screen."""
