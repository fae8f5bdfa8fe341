"""Places images come from, and how their bytes are reached without writing anything."""
