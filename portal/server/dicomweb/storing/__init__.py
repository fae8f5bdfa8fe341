"""STOW-RS: instances that are sent here."""
