"""The shelf knows how much of a study are images, and what else there is."""

from __future__ import annotations

from dicom.amounts import Amount
from library.report import bin_to_json, series_to_json, studies_to_json, uploads_to_json
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
