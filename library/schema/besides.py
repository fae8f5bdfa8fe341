"""The index by which what may hold no image is found among very many images."""

from __future__ import annotations

_STORAGE = "1.2.840.10008.5.1.4.1.1."
# Classes whose objects are images for certain. Every other is looked at; `dicom.amounts` says what it is counted as.
# Never to be changed in place: SQLite takes the index only for the condition it was made with.
_IMAGES = ("1", "1.1", "1.1.1", "1.2", "1.3", "2", "2.1", "3.1", "4", "4.1", "6.1", "7", "12.1", "12.2", "20", "128")
_CERTAIN = ", ".join(f"'{_STORAGE}{part}'" for part in _IMAGES)

MAY_HOLD_NONE = f"coalesce(sop_class_uid, '') NOT IN ({_CERTAIN})"

# all that the question needs, so that SQLite takes it without a look at the rows
_COLUMNS = "series, sop_class_uid, bin_entry, aside"
BESIDES_INDEX = (f"CREATE INDEX instance_besides ON instance ({_COLUMNS}) WHERE {MAY_HOLD_NONE}",)
