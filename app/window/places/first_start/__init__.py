"""The screen before everything."""
