"""A source without images says why, by what stood in the way."""

from __future__ import annotations

import pytest

from app.words.messages import BUG, ERRORS, Messages
from dicom.model import FileCode, Rejection
from importer.reasons import BROKEN, NO_IMAGES, PACKING, not_looked_into, nothing_found

VIEWER_AND_MORE = ("viewer-program", "not-dicom", "not-dicom")


@pytest.mark.parametrize(
    "codes, said",
    [
        ((), "no-images:empty"),
        (("password-needed",), "no-images:password"),
        (("password-needed", *VIEWER_AND_MORE), "no-images:password"),
        (("not-dicom", "encrypted"), "no-images:encrypted"),
        (("unreadable", *VIEWER_AND_MORE), "no-images:unreadable"),
        (("refused-bomb",), "no-images:refused"),
        (("refused-limit", "not-dicom"), "no-images:refused"),
        (("truncated",), "no-images:damaged"),
        (("header-damaged", "not-dicom"), "no-images:damaged"),
        (VIEWER_AND_MORE, "no-images:viewer"),
        (("not-dicom",), "no-images:others"),
        (("dicomdir",), "no-images"),
        (("medium-gone", "unreadable"), "no-images:gone"),
    ],
)
def test_the_reason_is_what_stood_in_the_way(codes: tuple[FileCode, ...], said: str) -> None:
    assert nothing_found(Rejection(f"f{place}", code) for place, code in enumerate(codes)) == said


@pytest.mark.parametrize("reason", [PACKING, BROKEN])
def test_an_archive_that_was_not_looked_into_is_named(reason: str) -> None:
    assert nothing_found([Rejection("a.7z", "archive", not_looked_into(reason))]) == "no-images:unseen"


def test_every_reason_has_words_and_only_one_of_them_speaks_of_a_viewer_program() -> None:
    keys = [key for key in ERRORS if key.partition(":")[0] == NO_IMAGES]
    said = {key: Messages().for_code(key) for key in keys}
    assert len(keys) == 11
    assert len({words.what + words.means for words in said.values()}) == len(keys)
    assert BUG.what not in {words.what for words in said.values()}
    assert [key for key, words in said.items() if "viewer program" in words.as_text()] == ["no-images:viewer"]
