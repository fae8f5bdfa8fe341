"""Shares: making, opening, editing, revoking them."""
