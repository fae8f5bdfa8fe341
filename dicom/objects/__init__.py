"""One object looked into: its description, tags, metadata, documents."""
