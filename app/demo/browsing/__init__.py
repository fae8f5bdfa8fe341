"""The sample persons in front of a real browser."""
