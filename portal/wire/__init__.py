"""What client and server say to each other: shapes, status words and problem types. No I/O.

Field names are the JSON's. Moments are UTC, ISO 8601 with seconds and "Z"; DICOM dates (DA) and names (PN) stay the
text that was read. Readers ignore fields they do not know; a field added later gets a default here.
"""
