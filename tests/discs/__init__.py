"""Discs for tests, written byte by byte: good ones, odd ones, hostile ones.

    from tests.discs import image, two_persons, GOOD_DISCS, HOSTILE_DISCS
    disc = two_persons(tmp_path / "disc")        # a `Disc`: folder, good files, codes to expect

`files` writes one DICOM file (any wrapping, any value left out or wrong), `directory` a DICOMDIR, `disc` holds `Disc`,
`good` the discs of hospitals, `hostile` those that were made to hurt.
"""

from tests.discs.directory import Record, dicomdir, image_record, long_dicomdir, person_tree
from tests.discs.disc import Disc, disc_with_good_files, listed_disc
from tests.discs.files import (
    ANNA,
    BERT,
    BIG_ENDIAN,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    Form,
    Person,
    data_set_bytes,
    dicom_file,
    encapsulated,
    fragments,
    image,
    image_values,
    uid,
)
from tests.discs.good import CHARACTER_SETS, GOOD_DISCS, two_persons
from tests.discs.hostile import HOSTILE_DISCS

__all__ = [
    "ANNA",
    "BERT",
    "BIG_ENDIAN",
    "CHARACTER_SETS",
    "DEFLATED",
    "EXPLICIT",
    "GOOD_DISCS",
    "HOSTILE_DISCS",
    "IMPLICIT",
    "Disc",
    "Form",
    "Person",
    "Record",
    "data_set_bytes",
    "dicom_file",
    "dicomdir",
    "disc_with_good_files",
    "encapsulated",
    "fragments",
    "image",
    "image_record",
    "image_values",
    "listed_disc",
    "long_dicomdir",
    "person_tree",
    "two_persons",
    "uid",
]
