"""A study as a list of series: what is known before it is read, and what its entries are called."""
