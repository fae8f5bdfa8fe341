"""Whether two objects hold the same: fingerprints, and what is left of a damaged one."""
