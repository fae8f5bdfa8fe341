"""Persons and their accounts: invited, activated, signed in."""
