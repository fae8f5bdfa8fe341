"""Bytes into text: character sets, said or guessed by evidence."""
