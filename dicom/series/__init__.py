"""A series as it is gone through: which of its objects lie in one stack, what sets stacks apart, in which order."""
