"""The shelf knows how much of a study are images, and what else there is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from dicom.amounts import Amount, held_as
from library.index import queries, upload_queries
from library.index.database import Index
from library.report import bin_to_json, series_to_json, studies_to_json, uploads_to_json
from library.schema import besides
from library.schema.tables import MIGRATIONS
from library.shelf import Library
from tests.unit.library.material import incoming, put

STORAGE = "1.2.840.10008.5.1.4.1.1."


def test_reports_and_documents_are_no_images(library: Library) -> None:
    kinds = [("CT", "2"), ("CT", "2"), ("SR", "88.11"), ("OT", "104.1"), ("PR", "11.1"), (None, "2")]
    put(
        library,
        [
            incoming(library, bytes([number]), modality=modality, sop_class_uid=STORAGE + uid,
                     series_instance_uid=f"1.9.{modality}", sop_instance_uid=f"1.8.{number}")
            for number, (modality, uid) in enumerate(kinds)
        ],
    )  # fmt: skip
    (study,) = library.studies()
    assert (study.instances, study.amount) == (6, Amount(3, 1, 1, 1))
    series = {row.modality: row.amount for row in library.series()}
    assert series == {
        "CT": Amount(2),
        "SR": Amount(0, 1),
        "OT": Amount(0, 0, 1),
        "PR": Amount(0, 0, 0, 1),
        None: Amount(1),
    }
    assert library.study(study.key).amount == study.amount
    assert "besides" not in studies_to_json([study])["studies"][0]
    assert "besides" not in series_to_json(library.series())["series"][0]
    library.delete(["1.8.2"])
    assert library.studies()[0].amount == Amount(3, 0, 1, 1)


def test_what_is_sent_and_what_is_in_the_bin_know_of_their_reports_too(library: Library) -> None:
    put(
        library,
        [
            incoming(library, bytes([number]), modality=modality, sop_class_uid=STORAGE + uid,
                     series_instance_uid=f"1.9.{modality}", sop_instance_uid=f"1.8.{number}")
            for number, (modality, uid) in enumerate([("CT", "2"), ("SR", "88.11")])
        ],
    )  # fmt: skip
    (study,) = library.studies()
    library.begin_upload(study.key, "https://portal.example", "portal")
    (upload,) = library.uploads()
    assert (upload.instances, upload.besides) == (2, Amount(0, 1))
    assert "besides" not in uploads_to_json([upload])[0]
    library.delete([study.key])
    (entry,) = library.bin()
    assert entry.amount == Amount(1, 1)
    assert "besides" not in bin_to_json([entry])["bin"][0]


def put_a_paper_among_images(library: Library) -> None:
    put(
        library,
        [
            incoming(library, bytes([number]), modality="US", sop_class_uid=uid, sop_instance_uid=f"1.8.{number}")
            for number, uid in enumerate([STORAGE + "6.1", STORAGE + "3.1", STORAGE + "104.1", STORAGE + "88.11", None])
        ],
    )


def test_a_paper_in_a_series_of_images_is_no_image(library: Library) -> None:
    put_a_paper_among_images(library)
    (study,), (series,) = library.studies(), library.series()
    assert study.amount == series.amount == library.studies("US")[0].amount == Amount(3, 1, 1)
    library.delete([study.key])
    (entry,) = library.bin()
    assert entry.amount == Amount(3, 1, 1)


def test_a_shelf_of_an_older_program_counts_it_rightly_too(tmp_path: Path) -> None:
    with Library.open(tmp_path / "shelf") as library:
        put_a_paper_among_images(library)
    with sqlite3.connect(tmp_path / "shelf" / "library.db") as older:
        older.execute("DROP INDEX instance_besides")
        older.execute(f"PRAGMA user_version = {MIGRATIONS.index(besides.BESIDES_INDEX)}")
    older.close()
    with Library.open(tmp_path / "shelf") as library:
        assert library.studies()[0].amount == Amount(3, 1, 1)


def test_images_are_not_gone_through_to_find_what_is_none(tmp_path: Path) -> None:
    with closing(Index.open(tmp_path / "library.db")) as index, index.reading() as connection:
        for query in (queries.STUDIES, queries.SERIES, upload_queries.UPLOADS):
            asked = connection.execute(f"EXPLAIN QUERY PLAN {query}", {"limit": 1, "offset": 0})
            assert any("COVERING INDEX instance_besides" in row["detail"] for row in asked.fetchall())


def test_what_is_passed_over_is_counted_as_images() -> None:
    passed_over = besides.MAY_HOLD_NONE.split("'")[3::2]
    assert len(passed_over) > 10
    assert {held_as(modality, uid) for uid in passed_over for modality in ("SR", "CT", None)} == {"images"}
