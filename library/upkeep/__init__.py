"""Keeping the shelf true: verify, rebuild, finish what was interrupted."""
