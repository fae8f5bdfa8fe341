"""A study's objects as what one viewport shows: sets, kinds, order, names."""
