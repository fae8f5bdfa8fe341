"""Finding studies by what people type."""
