"""The records: every change as one small file, written before the index learns of it."""
