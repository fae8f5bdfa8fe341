"""A disc with the names of persons in six scripts, as one practice may hand them out; all names mean "sample"."""

from __future__ import annotations

from pathlib import Path

from app.demo.media import objects
from app.demo.media import phantom as torso
from app.demo.media.objects import Examination, SamplePerson

NAMES = (
    ("Mihon^Hanako=見本^花子=みほん^はなこ", "F"),
    ("Gyeonbon^Hana=견본^하나", "F"),
    ("مثال^ليلى", "F"),
    ("דוגמה^דנה", "F"),
    ("Δείγμα^Ελένη", "F"),
    ("Образцов^Пётр", "M"),
)
HEIGHT = 32  # the slice everybody gets


def make_disc_of_many_names(folder: Path) -> int:
    """Fill a folder; returns the number of persons."""
    folder.mkdir(parents=True, exist_ok=True)
    values = objects.ct_values(torso.Torso().slice_at(HEIGHT * torso.THICKNESS, 1))
    for number, (name, sex) in enumerate(NAMES, 1):
        person = SamplePerson(name, f"SAMPLE-1{number:03d}", f"19{40 + 5 * number}0{number}1{number}", sex)
        study = Examination(person, "S1", f"201{number}0{number}2{number}", "CT chest (sample)", f"SAMPLE-N-{number}")
        data_set = objects.ct_slice(study, HEIGHT, values)
        data_set.SpecificCharacterSet = "ISO_IR 192"
        data_set.save_as(folder / f"IMAGE{number}", enforce_file_format=True)
    return len(NAMES)
