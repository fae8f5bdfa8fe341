"""Files written whole and for good, folders that are ours alone, locks, long paths, hashes."""
