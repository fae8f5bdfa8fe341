"""Finished pictures, and the turns in which the workers that draw are used."""
