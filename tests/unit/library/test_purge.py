"""Single entries of the bin go for good; the bin says how many of its images a server once proved to have."""

from __future__ import annotations

from core.job import QuietJob
from library.index.rows import ItemNote
from library.shelf import Library
from tests.unit.library.material import incoming, put, series_of, stored_hashes


def test_one_entry_goes_and_the_other_can_still_come_back(library: Library) -> None:
    put(library, series_of(library, 2))
    put(library, [incoming(library, b"other", study_instance_uid="9.9", sop_instance_uid="9.1")])
    first, second = library.delete(["1.2.3", "9.9"]).entries
    report = library.purge([first, "gone-before"])
    assert (report.studies, report.instances) == (1, 2)
    assert [entry.id for entry in library.bin()] == [second]
    assert library.purge([first]).instances == 0
    library.restore([second])
    assert len(library.instances()) == len(stored_hashes(library.folder)) == 1
    assert library.verify(QuietJob()).problems == ()


def test_the_bin_says_how_much_of_an_entry_was_proven_elsewhere(library: Library) -> None:
    put(library, series_of(library, 3))
    upload = library.begin_upload("1.2.3", "https://portal.example", "portal")
    notes = [ItemNote(row.sha256, "stored") for row in library.instances()][:2]
    library.finish_upload(upload, "partial", notes)
    library.delete(["1.2.3"])
    (entry,) = library.bin()
    assert (entry.instances, entry.proven) == (3, 2)
