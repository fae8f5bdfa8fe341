"""Clips (MPEG-2, H.264, HEVC) as frames."""
