"""Accounts: invitation, activation, passwords."""
