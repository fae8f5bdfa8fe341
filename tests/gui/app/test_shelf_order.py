"""Persons stand by family name as people of a language sort; a column sorts by what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from app.settings import SettingsStore
from app.window.places.shelf.order import in_order
from library.index.rows import StudyRow
from library.ui.entries import Order

ROW = StudyRow(
    key="1", person_key="p", patient_id=None, issuer_of_patient_id=None, patient_name=None, patient_birth_date=None,
    patient_sex=None, study_instance_uid="1", study_id=None, study_date="20190312", study_time=None,
    accession_number=None, study_description="Knee", institution_name=None, modalities=("MR",), series=1, instances=10,
    bytes=1, damaged=0, conflicts=0, added_at="", source=None, same_uid_elsewhere=False,
)  # fmt: skip


def names(given: list[str | None], order: Order | None = None) -> list[str | None]:
    rows = [replace(ROW, person_key=str(number), patient_name=name) for number, name in enumerate(given)]
    return [rows[0].patient_name for rows in in_order(rows, order or Order())]


@pytest.mark.parametrize(
    "locale, inOrder",
    [
        ("en_GB", ["Adler^Zoe", "ADLER-WEISS^Anna", "Ärger^Berta", "Mueller^Karl", "Zorn^Anna", None]),
        ("de_DE", ["Ofner^Z", "Öhler^A", "Ott^Anna", "OTT^Berta", "Ott^Zoe", "Weiss^A", "Weiß^B"]),
        ("sv_SE", ["Zorn^A", "Åberg^A", "Ärlig^A", "Öberg^A"]),
        ("C", ["adler^A", "Ärger^A", "Berg^A", "zorn^A"]),
        ("en_GB", ["Adamova Novakova^A", "Anders^Zoe", "Berg^Yves", "Chen^Xiu=陳^秀"]),
        ("ja_JP", ["Zama^A=座間^A=あべ^あ", "Abe^B=阿部^B=いとう^い", "Mori^C=森^C=うえだ^う"]),
        ("ja_JP", ["=阿部^一=あべ^はじめ", "=井上^一=いのうえ^はじめ", "=上田^一=うえだ^はじめ"]),
        ("ko_KR", ["Zed^A=金^A=강^희중", "Abe^A=李^A=이^희중", "Kim^A=洪^A=홍^길동"]),
        ("zh_CN", ["=安^一", "=李^一", "=王^一", "=张^一"]),
        ("ru_RU", ["Абрамов^Я", "Ёлкин^А", "Жуков^А", "Яковлев^А"]),
        ("en_GB", ["Adler^Anna^A", "Adler^Anna^B", "Adler^Zoe", "Adlersberg^A"]),
        ("en_GB", ["Test2^A", "Test10^A"]),
    ],
    indirect=["locale"],
)  # fmt: skip
def test_persons_stand_by_family_name(locale: str, inOrder: list[str | None]) -> None:  # noqa: N803
    assert names(inOrder[::-1]) == inOrder
    assert names(inOrder[1:] + inOrder[:1]) == inOrder


def test_who_has_no_name_comes_last_whichever_way_round(qapp: QApplication) -> None:
    assert names([None, "Berg^A", "Adler^A", "^^"], Order("name", down=True))[:2] == ["Berg^A", "Adler^A"]
    assert names([None, "Berg^A", "Adler^A", "^^"])[:2] == ["Adler^A", "Berg^A"]


def keys(order: Order, *changed: dict[str, object]) -> list[str]:
    rows = [
        replace(ROW, **{"key": str(number), "person_key": str(number), **one}) for number, one in enumerate(changed)
    ]  # type: ignore[arg-type]
    return [row.key for rows in in_order(rows, order) for row in rows]


def test_a_column_sorts_persons_and_their_studies(qapp: QApplication) -> None:
    dates = [{"study_date": date} for date in ("20190312", None, "20110101", "unknown", "20240101")]
    assert keys(Order("when", down=True), *dates) == ["4", "0", "2", "1", "3"]
    assert keys(Order("when"), *dates) == ["2", "0", "4", "1", "3"]
    images = [{"instances": count, "person_key": person} for count, person in ((5, "a"), (900, "a"), (40, "b"))]
    assert keys(Order("images", down=True), *images) == ["1", "0", "2"]
    assert keys(Order("images"), *images) == ["0", "1", "2"]
    portal = [{"uploaded": state, "shares": shares} for state, shares in (("no", 0), ("complete", 0), ("complete", 2))]
    assert keys(Order("portal", down=True), *portal) == ["2", "1", "0"]
    what = [{"study_description": text} for text in ("Zeh", "ärm", "Knie 10", "Knie 2")]
    assert keys(Order("what"), *what) == ["1", "3", "2", "0"]
    assert keys(Order("kind"), {"modalities": ("US",)}, {"modalities": ("CT",)}) == ["1", "0"]


def test_a_third_click_sorts_by_name_again() -> None:
    orders = [Order()]
    for _ in range(3):
        orders.append(orders[-1].clicked("when"))
    assert [one.as_text() for one in orders] == ["name", "-when", "when", "name"]
    assert Order("when").clicked("what") == Order("what")


@pytest.mark.parametrize("text", ["name", "-name", "when", "-portal"])
def test_an_order_is_remembered(text: str) -> None:
    assert Order.from_text(text).as_text() == text


@pytest.mark.parametrize("text", ["", "-", "colour", "--when", "when "])
def test_an_order_that_is_not_understood_is_by_name(text: str) -> None:
    assert Order.from_text(text) == Order()


def test_the_settings_keep_the_order(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    SettingsStore(folder).change(shelf_order="-when")
    assert SettingsStore(folder).settings.shelf_order == "-when"
