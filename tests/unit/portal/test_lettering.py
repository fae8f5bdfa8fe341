"""Letters no font has are not drawn as boxes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from portal.lettering import NOT_PRINTABLE, Lettering, Style, font_files

STYLE = Style("Helvetica", 14, HexColor("#000000"))


@pytest.fixture
def bare() -> Lettering:
    """A computer without any font."""
    return Lettering(Canvas(io.BytesIO()), files=())


def test_latin_needs_no_font_of_the_computer(bare: Lettering) -> None:
    assert bare.printable("Praxis Müller & Søn – Straße 5 €") == "Praxis Müller & Søn – Straße 5 €"


def test_what_has_a_latin_equivalent_is_written_with_it(bare: Lettering) -> None:
    assert bare.printable("Dr. Dvořák") == "Dr. Dvorák"


def test_what_has_none_is_said_to_be_left_out(bare: Lettering) -> None:
    assert bare.printable("山田") == NOT_PRINTABLE


def test_lines_end_between_letters_where_a_script_has_no_spaces(bare: Lettering) -> None:
    if not font_files():
        pytest.skip("no fonts on this computer")
    lettering = Lettering(Canvas(io.BytesIO()))
    name = "放射線科放射線科放射線科" if lettering.printable("放") == "放" else "long " * 12
    lines = lettering.wrapped(name, STYLE, 60)
    assert len(lines) > 1
    assert "".join(lines).replace(" ", "") == name.replace(" ", "")
    assert all(lettering.width(line, STYLE) <= 60 for line in lines)


def test_a_word_longer_than_the_line_is_broken(bare: Lettering) -> None:
    lines = bare.wrapped("https://portal.example/s/4fKz9QmT7bXw2LpR8sVn3C", STYLE, 100)
    assert "".join(lines) == "https://portal.example/s/4fKz9QmT7bXw2LpR8sVn3C"
    assert all(bare.width(line, STYLE) <= 100 for line in lines)


def test_a_font_that_cannot_be_read_is_one_fewer(tmp_path: Path) -> None:
    broken = tmp_path / "DejaVuSans.ttf"
    broken.write_bytes(b"not a font")
    assert Lettering(Canvas(io.BytesIO()), files=(broken,)).printable("山田") == NOT_PRINTABLE
