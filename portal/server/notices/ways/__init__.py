"""The ways a notice takes to its reader."""
