"""What is on a source: walked, read, held against its table of contents."""
