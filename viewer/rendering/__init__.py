"""From a decoded frame to the pixels of a viewport."""
