"""Frames on their way to the screen: asked for, decoded, kept near."""
