"""Taking out what should not be here."""
