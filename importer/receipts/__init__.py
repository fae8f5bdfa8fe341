"""What an import did, in figures that add up, and what may be said of it."""
