"""What a DICOMDIR lists."""
