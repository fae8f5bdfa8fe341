"""The stored bytes themselves, what comes in, and the room they need."""
