"""The made-up disc: phantoms, objects, table of contents, report."""
