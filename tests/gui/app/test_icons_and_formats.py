"""Every icon that is asked for is there, and values read as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.window.appearance import formats
from app.window.appearance.icons import Icons, app_icon, drawing
from app.window.appearance.palette import LIGHT
from viewer.tools.table import ACTIONS

ROOT = Path(__file__).resolve().parents[3]
ASKED = re.compile(r"\bicons\(\s*\"([a-z0-9-]+)\"")


@pytest.fixture(autouse=True)
def british() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


def test_every_icon_that_is_asked_for_is_there() -> None:
    asked = {
        name
        for room in ("app", "importer", "library", "viewer", "core")
        for file in (ROOT / room).rglob("*.py")
        for name in ASKED.findall(file.read_text(encoding="utf-8"))
    }
    asked |= {action.icon for action in ACTIONS if action.icon}
    assert len(asked) > 20
    assert [name for name in sorted(asked) if not drawing(name)] == []


def test_the_icons_come_with_their_licence() -> None:
    text = (ROOT / "resources" / "icons" / "LICENSE.txt").read_text(encoding="utf-8")
    assert text.startswith("ISC License")


def test_an_icon_takes_the_colour_it_is_asked_for(qapp: QApplication) -> None:
    image = Icons(LIGHT)("square", "loss").pixmap(96, 96).toImage()
    inked = {image.pixelColor(x, 48).name() for x in range(96) if image.pixelColor(x, 48).alpha() == 255}
    assert inked == {QColor(LIGHT.loss).name()}


def test_the_program_has_an_icon_in_every_size(qapp: QApplication) -> None:
    assert {size.width() for size in app_icon().availableSizes()} >= {16, 32, 48, 256}


def test_dates_are_in_the_persons_format_without_the_weekday() -> None:
    assert formats.date_words("20190312") == "12 March 2019"
    assert formats.born_words("19510504") == "born 4 May 1951"
    assert formats.moment_words("20190312", "102412.5") == "12 March 2019, 10:24"


@pytest.mark.parametrize("text", [None, "", "19000101", "00000000"])
def test_a_birth_date_nobody_knows_is_said_so(text: str | None) -> None:
    assert formats.born_words(text) == "birth date not given"


def test_what_is_no_date_stays_as_it_was_read() -> None:
    assert formats.date_words("spring 2019") == "spring 2019"
    assert formats.date_words(None) == "no date"


@pytest.mark.parametrize(
    "size, words",
    [(0, "0 MB"), (1, "0.1 MB"), (2_500_000, "2.5 MB"), (231_000_000, "231 MB"), (4_200_000_000, "4.2 GB")],
)
def test_sizes_are_in_megabytes(size: int, words: str) -> None:
    assert formats.size_words(size) == words


@pytest.mark.parametrize(
    "seconds, words",
    [
        (3, "less than a minute left"),
        (60, "about 1 minute left"),
        (119, "about 2 minutes left"),
        (7300, "about 2 hours left"),
    ],
)
def test_the_time_left_is_never_more_exact_than_it_is_known(seconds: float, words: str) -> None:
    assert formats.left_words(seconds) == words


@pytest.mark.parametrize(
    "codes, words",
    [
        (["CT"], "CT"),
        (["CT", "SR", "PR"], "CT"),
        (["CR", "DX"], "X-ray"),
        (["SR"], "Report"),
        (["CT", "US"], "CT, Ultrasound"),
        ([None, ""], "Images"),
        (["ZZ"], "ZZ"),
    ],
)
def test_kinds_of_images_are_named_as_people_name_them(codes: list[str | None], words: str) -> None:
    assert formats.kind_words(codes) == words


def test_a_person_without_a_name_is_not_left_blank() -> None:
    assert formats.name_words(None) == "No name on the disc"
    assert formats.id_words(None, None) == "no ID"
    assert formats.sex_words("f") == "woman"
