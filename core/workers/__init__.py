"""Worker processes: started bare, shut in, asked by messages, held to limits, replaced when they fail."""
