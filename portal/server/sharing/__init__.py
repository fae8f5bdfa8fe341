"""Shares: made, opened with a code, changed, ended."""
