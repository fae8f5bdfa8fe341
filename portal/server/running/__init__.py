"""A portal at work: its data folder, its start, and what the practice does on the same computer."""
