"""What holds other files - ZIP, ISO, tar, packed files, saved answers, unknown files with images - only read.

Everything here runs in the media worker: it parses foreign bytes.
"""
