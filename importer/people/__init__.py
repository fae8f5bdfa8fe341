"""Whose images a source holds, and what must not be told of them."""
