"""QIDO-RS: questions about studies, series and instances."""
