"""Discs as they come out of hospitals: odd, but everything on them can be kept."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from tests.discs.directory import Record, dicomdir, image_record, person_tree
from tests.discs.disc import Disc, disc_with_good_files, good_records, listed_disc
from tests.discs.files import (
    ANNA,
    BERT,
    BIG_ENDIAN,
    DEFLATED,
    IMPLICIT,
    PLAIN,
    Form,
    Person,
    image,
    uid,
)


def two_persons(folder: Path) -> Disc:
    """Two persons, three studies, a DICOMDIR that is true."""
    disc = Disc(folder)
    folder.mkdir(parents=True, exist_ok=True)
    trees = []
    for letter, person, study in (("A", ANNA, "T1"), ("B", ANNA, "T2"), ("C", BERT, "T1")):
        records = []
        for number in (1, 2, 3):
            path = f"IMAGES/{letter}{number}"
            sop_instance_uid = disc.add_image(path, person, study, number=number)
            records.append(image_record(path.replace("/", "\\"), sop_instance_uid, number))
        trees.append(person_tree(person, study, "S1", records))
    disc.write("DICOMDIR", dicomdir(trees))
    disc.expect("DICOMDIR", "dicomdir")
    disc.missing, disc.unlisted, disc.entries = 0, 0, 10
    return disc


def no_directory(folder: Path) -> Disc:
    """Images and no DICOMDIR at all."""
    disc = disc_with_good_files(folder, 3)
    disc.missing = disc.unlisted = 0
    return disc


def every_wrapping(folder: Path) -> Disc:
    """Explicit, implicit, big endian, deflated; without preamble; without meta group; without TransferSyntaxUID."""
    disc = disc_with_good_files(folder)
    forms = {
        "IMPLICIT": Form(IMPLICIT),
        "BIG": Form(BIG_ENDIAN),
        "DEFLATED": Form(DEFLATED),
        "NOPRE": Form(preamble=None),
        "BARE": Form(preamble=None, meta=False),
        "BAREIMP": Form(IMPLICIT, preamble=None, meta=False),
        "NOMETA": Form(meta=False),
        "NOSYNTAX": Form(declared_syntax=None),
        "NOSYNIMP": Form(IMPLICIT, declared_syntax=None),
        "LIEIMP": Form(IMPLICIT, declared_syntax=PLAIN.syntax),
        "LIEEXP": Form(PLAIN.syntax, declared_syntax=IMPLICIT),
    }
    for number, (name, form) in enumerate(forms.items(), 1):
        data = image(series="S3", number=number, form=form)
        disc.add_good(f"FORMS/{name}", data, uid(f"P-1/T1/S3/{number}"))
    return disc


def names_of_other_shapes(folder: Path) -> Disc:
    """The DICOMDIR says IMAGES\\A1; the disc says images/a1.dcm, A2;1, a3. and the like."""
    disc = Disc(folder)
    folder.mkdir(parents=True, exist_ok=True)
    on_disc = ["images/a1", "images/a2;1", "images/a3.", "images/a4.dcm", "images/a5.DCM;1", "images/A6"]
    records = []
    for number, path in enumerate(on_disc, 1):
        sop_instance_uid = disc.add_image(path, number=number)
        records.append(image_record(f"IMAGES\\A{number}", sop_instance_uid, number))
    disc.write("dicomdir.;1", dicomdir([person_tree(ANNA, "T1", "S1", records)]))
    disc.expect("dicomdir.;1", "dicomdir")
    disc.missing = disc.unlisted = 0
    return disc


def found_by_uid_only(folder: Path) -> Disc:
    """The files were moved and renamed after the DICOMDIR was written; the UIDs still tell."""
    disc = Disc(folder)
    folder.mkdir(parents=True, exist_ok=True)
    records = []
    for number in (1, 2):
        sop_instance_uid = disc.add_image(f"copy of cd/scan {number}.bin", number=number)
        records.append(image_record(f"DATA\\I{number}", sop_instance_uid, number))
    disc.write("DICOMDIR", dicomdir([person_tree(ANNA, "T1", "S1", records)]))
    disc.missing = disc.unlisted = 0
    return disc


def windows_paths(folder: Path) -> Disc:
    """Records that hold a path with slashes in one component, as some burners write them."""
    disc = disc_with_good_files(folder)
    records = [image_record(path, sop_uid) for path, sop_uid in disc.good.items()]
    disc.write("DICOMDIR", dicomdir([person_tree(ANNA, "T1", "S1", records)]))
    disc.missing = disc.unlisted = 0
    return disc


def stale_directory(folder: Path) -> Disc:
    """The DICOMDIR lists one file that is gone and does not list one that is there."""
    disc = disc_with_good_files(folder, 3)
    records = [*good_records(disc)[:2], image_record("GOOD\\A9", uid("gone"), 9)]
    disc.write("DICOMDIR", dicomdir([person_tree(ANNA, "T1", "S1", records)]))
    disc.missing, disc.unlisted = 1, 1
    return disc


def foreign_directory(folder: Path) -> Disc:
    """A DICOMDIR left over from somebody else's disc."""
    disc = disc_with_good_files(folder, 2)
    records = [image_record(f"OTHER\\B{number}", uid(f"other {number}"), number) for number in (1, 2, 3)]
    disc.write("DICOMDIR", dicomdir([person_tree(BERT, "T7", "S1", records)]))
    disc.missing, disc.unlisted = 3, 2
    return disc


def several_directories(folder: Path) -> Disc:
    """Two file-sets copied side by side, each with its own DICOMDIR."""
    disc = Disc(folder)
    for part, person in (("CD1", ANNA), ("CD2", BERT)):
        records = []
        for number in (1, 2):
            sop_instance_uid = disc.add_image(f"{part}/IMG/I{number}", person, number=number)
            records.append(image_record(f"IMG\\I{number}", sop_instance_uid, number))
        disc.write(f"{part}/DICOMDIR", dicomdir([person_tree(person, "T1", "S1", records)]))
        disc.expect(f"{part}/DICOMDIR", "dicomdir")
    disc.missing = disc.unlisted = 0
    return disc


def inactive_records(folder: Path) -> Disc:
    """A record that is not in use points to a file that was taken away: nobody misses it."""
    disc = disc_with_good_files(folder)
    gone = image_record("GOOD\\A9", uid("gone"), 9)
    gone.in_use = False
    disc.write("DICOMDIR", dicomdir([person_tree(ANNA, "T1", "S1", [*good_records(disc), gone])]))
    disc.missing = disc.unlisted = 0
    return disc


def shared_file_records(folder: Path) -> Disc:
    """An IMAGE record that names its file through a multi-referenced file record (MRDR)."""
    disc = disc_with_good_files(folder)
    paths = list(disc.good)
    shared = Record("MRDR", {}, paths[1].replace("/", "\\"), disc.good[paths[1]])
    through = Record("IMAGE", {0x00200013: ("IS", 2)}, None, disc.good[paths[1]], mrdr=shared)
    tree = person_tree(ANNA, "T1", "S1", [good_records(disc)[0], through])
    disc.write("DICOMDIR", dicomdir([tree, shared]))
    disc.missing = disc.unlisted = 0
    return disc


def same_bytes_twice(folder: Path) -> Disc:
    """One file copied a second time under another name."""
    disc = disc_with_good_files(folder)
    disc.write("COPY/A1", (folder / "GOOD/A1").read_bytes())
    disc.kept.add("COPY/A1")
    return disc


def same_uid_other_content(folder: Path) -> Disc:
    """Two different images under one SOP Instance UID: both are kept."""
    disc = disc_with_good_files(folder)
    other = struct.pack("<256H", *(4000 - position for position in range(256)))
    disc.write("OTHER/A1", image(number=1, pixel_data=other))
    disc.kept.add("OTHER/A1")
    return disc


def missing_uids(folder: Path) -> Disc:
    """Files without SOP Instance UID, and without Study and Series UID."""
    disc = disc_with_good_files(folder)
    disc.write("ODD/NOSOP", image(number=7, sop_instance_uid=None))
    disc.write("ODD/NOSTUDY", image(number=8, study_instance_uid=None, series_instance_uid=None))
    disc.kept |= {"ODD/NOSOP", "ODD/NOSTUDY"}
    disc.expect("ODD/NOSOP", "no-uid")
    return disc


def nameless_person(folder: Path) -> Disc:
    """No Patient ID, no dates, an empty name."""
    disc = Disc(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number in (1, 2):
        disc.add_image(
            f"A{number}",
            number=number,
            patient_id=None,
            patient_name="",
            patient_birth_date=None,
            study_date=None,
            study_time=None,
        )
    return disc


CHARACTER_SETS: dict[str, tuple[str | None, str, str]] = {
    # name: (SpecificCharacterSet as stored, codec the bytes are in, name as it must be read)
    "latin-1": ("ISO_IR 100", "latin-1", "Müller^Änne"),
    "utf-8": ("ISO_IR 192", "utf-8", "Ωμέγα^Šárka"),
    "cyrillic": ("ISO_IR 144", "iso8859-5", "Люксембург^Роза"),
    "greek": ("ISO_IR 126", "iso8859-7", "Διονυσιος"),
    "gb18030": ("GB18030", "gb18030", "Wang^XiaoDong=王^小东"),
    "misspelt": ("ISO IR 100", "latin-1", "Müller^Änne"),
}


def character_sets(folder: Path) -> Disc:
    """Names in several scripts, each file declaring its own character set."""
    disc = Disc(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, (declared, codec, text)) in enumerate(CHARACTER_SETS.items(), 1):
        person = Person(text, f"CS-{number}", "19700101", "O")
        form = Form(codec=codec)
        data = image(person, "T1", "S1", number, form=form, specific_character_set=declared)
        disc.add_good(f"{name}.dcm", data, uid(f"CS-{number}/T1/S1/{number}"))
    return disc


def accents_and_bytes(folder: Path) -> Disc:
    """Folders with accents (composed and decomposed) and a name that is no text in any encoding."""
    disc = disc_with_good_files(folder)
    disc.add_image("Röntgen Bücher/Größe 1", series="S2", number=1)
    disc.add_image("Ro\u0308ntgen 2/e\u0301tude", series="S2", number=2)
    disc.write(b"GOOD/caf\xe9\xff", image(series="S2", number=3))
    disc.good["GOOD/caf\\xe9\\xff"] = uid("P-1/T1/S2/3")
    return disc


def viewer_disc(folder: Path) -> Disc:
    """The usual clutter: a viewer program, autorun, help pages, thumbnails, a ZIP."""
    disc = listed_disc(folder)
    disc.write("AUTORUN.INF", b"[autorun]\r\nopen=VIEWER\\VIEWER.EXE\r\n")
    disc.write("VIEWER/VIEWER.EXE", b"MZ\x90\0" + bytes(range(256)) * 16)
    disc.write("VIEWER/HELP.HTM", b"<html><script>open('http://example.invalid/')</script></html>")
    disc.write("VIEWER/SKIN.JPG", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(64))
    disc.write("README.TXT", b"To look at the pictures start VIEWER.EXE\r\n")
    disc.write(".hidden", b"")
    disc.expect("VIEWER/VIEWER.EXE", "viewer-program", "not-dicom")
    disc.expect("AUTORUN.INF", "viewer-program", "not-dicom")
    disc.entries = 9
    return disc


GOOD_DISCS: dict[str, Callable[[Path], Disc]] = {
    builder.__name__: builder
    for builder in (
        listed_disc,
        two_persons,
        no_directory,
        every_wrapping,
        names_of_other_shapes,
        found_by_uid_only,
        windows_paths,
        stale_directory,
        foreign_directory,
        several_directories,
        inactive_records,
        shared_file_records,
        same_bytes_twice,
        same_uid_other_content,
        missing_uids,
        nameless_person,
        character_sets,
        accents_and_bytes,
        viewer_disc,
    )
}
