"""Bodies on their way in and out: long ones in pieces, repeated ones by their tags."""
