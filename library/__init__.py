"""The studies kept on this computer."""
