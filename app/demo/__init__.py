"""A made-up disc of a made-up person, and the whole way of a disc played through on it."""
