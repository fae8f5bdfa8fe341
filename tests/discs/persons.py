"""Discs of several persons, of one person in several spellings, and borrowed sticks with recycle bins."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from tests.discs.directory import dicomdir, image_record, person_tree
from tests.discs.disc import Disc
from tests.discs.files import ANNA, BERT, Value, image, uid

STUDY = uid("one study")
COLOUR_PALETTE = "1.2.840.10008.5.1.4.39.1"
HANGING_PROTOCOL = "1.2.840.10008.5.1.4.38.1"

# One woman as the devices of one house write her: all of these are one person.
SPELLINGS: tuple[dict[str, Value], ...] = (
    {},
    {},
    {"patient_name": "SAMPLE^ANNA^^^"},
    {"patient_name": "Sample^Anna"},
    {"patient_name": "SAMPLE, ANNA"},
    {"patient_name": "SAMPLE ANNA"},
    {"patient_name": "ANNA^SAMPLE"},
    {"patient_name": " SAMPLE ^ ANNA "},
    {"patient_name": "SAMPLE^ANNA^^MRS"},
    {"patient_birth_date": "1951.05.04"},
    {"patient_birth_date": "1951-05-04"},
    {"patient_birth_date": "19510504 "},
    {"patient_id": "p-1"},
    {"patient_id": " P-1  "},
    {"patient_id": "Ｐ-１".encode(), "specific_character_set": "ISO_IR 192"},
)


def spelled(folder: Path, *others: dict[str, Value]) -> Disc:
    """Write one study, an image for each spelling: those of `SPELLINGS`, and `others`."""
    disc = Disc(folder)
    for number, values in enumerate((*SPELLINGS, *others), 1):
        about: dict[str, Value] = {"study_instance_uid": STUDY, "series_instance_uid": uid(f"s{number}"), **values}
        disc.add_image(f"IM{number:02}", series=f"S{number}", number=number, **about)
    return disc


def borrowed_stick(folder: Path) -> Disc:
    """Write Anna's images, and deleted ones of Bert and of hers in the bins of several systems."""
    disc = Disc(folder)
    disc.add_image("DICOM/IM1", number=1)
    disc.add_image("DICOM/IM2", number=2)
    for number, path in enumerate(BINNED_OF_BERT, 1):
        disc.write(path, image(BERT, "T9", "S9", number))
    disc.write(".Trash-1000/files/IM9", image(ANNA, "T3", "S3", 9))
    disc.write("$RECYCLE.BIN/S-1-5-21-1/$R000001", image(ANNA, number=1))  # the very image that is also outside
    return disc


BINNED_OF_BERT = (
    "$RECYCLE.BIN/S-1-5-21-1/$R0ABCDE",
    "$Recycle.Bin/S-1-5-21-1/$R0ABCDF/IM1",
    "RECYCLER/S-1-5-21-1/Dc1.dcm",
    "RECYCLED/DC2.DCM",
    ".Trashes/501/IM7",
    ".Trash/IM8",
    "home/.local/share/Trash/files/IM1",
    "#recycle/IM2",
)


def zipped(files: dict[str, bytes]) -> bytes:
    """Write a ZIP."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def telling_folders(folder: Path) -> Disc:
    """Write Anna's two images and a folder that tells Bert's name, with all kinds of trouble in it and in hers."""
    disc = Disc(folder)
    disc.add_image("SAMPLE_ANNA/IM1", number=1)
    disc.add_image("SAMPLE_ANNA/IM2", number=2)
    theirs = "SAMPLE_BERT_19630217_QUARTZ"
    disc.add_image(f"{theirs}/HERS/IM5", study="T5", number=5)  # hers, in his folder
    disc.add_image(f"{theirs}/HERS/IM6", study="T5", number=6)
    disc.write(
        "bert's stick.zip", zipped({"HERS/IM7": image(ANNA, "T7", number=7), "IM8": image(BERT, "T8", number=8)})
    )
    disc.write(f"{theirs}/IM1", image(BERT, number=1)[:-100])
    disc.write(f"{theirs}/IM2", image(BERT, number=2))
    disc.write(f"{theirs}/IM3", image(BERT, number=3, patient_name=b"SAMPLE^B\xcbRT"))
    disc.write(f"{theirs}/report of bert.pdf", b"%PDF-1.4 " + b"x" * 5000)
    disc.write(f"{theirs}/IM4", image(BERT, number=4)[:420])
    records = [image_record("SAMPLE_ANNA\\IM1", uid("P-1/T1/S1/1"), 1), image_record("SAMPLE_ANNA\\IM2", "2.25.2", 2)]
    gone = [image_record(f"{theirs}\\GONE", "2.25.9", 9)]
    trees = [person_tree(ANNA, "T1", "S1", records), person_tree(BERT, "T1", "S1", gone)]
    disc.write("DICOMDIR", dicomdir(trees))
    return disc
