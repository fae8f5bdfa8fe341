"""The widgets of "My shelf": search, studies by person, preview, bin."""
