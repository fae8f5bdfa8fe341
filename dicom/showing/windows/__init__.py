"""Which values become which grey: windows of files, of presets, and one for a whole stack."""
