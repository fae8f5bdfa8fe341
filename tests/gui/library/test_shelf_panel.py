"""The place "My shelf" shows persons with their studies, finds, previews and sends wishes on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QIcon, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QStyle, QWidget
from pytestqt.qtbot import QtBot

from app.window.appearance.style import Style
from library.ui.entries import BinLine, SeriesLine, SeveralPreview, ShelfPerson, ShelfStudy, StudyPreview
from library.ui.preview import Preview
from library.ui.shelf_model import IMAGES, KIND, PORTAL, WHAT, WHEN, ShelfModel
from library.ui.shelf_panel import ShelfPanel
from library.ui.shelf_table import ShelfTable, fitting

CT = ShelfStudy("a:1", "3 March 2019", "CT of the chest", "CT", 1386, "St. Mary", "1 image is damaged.")
KNEE = ShelfStudy("a:2", "2 May 2009", "Knee", "X-ray", 2)
HEAD = ShelfStudy("b:1", "4 March 2019", "頭部 MRI", "MR", 240)
ANNA = ShelfPerson("a", "Anna MUELLER", "born 4 May 1951", (CT, KNEE))
TARO = ShelfPerson("b", "山田 太郎", "born 1 January 1960", (HEAD,))
PREVIEW = StudyPreview("a:1", "CT of the chest", "Anna MUELLER", ("3 March 2019",), (SeriesLine("s", "Lung", "2"),))


@pytest.fixture
def panel(qtbot: QtBot, style: Style) -> ShelfPanel:
    made = ShelfPanel(style.icons)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def texts(widget: QWidget) -> str:
    QApplication.processEvents()  # parts that were just added are shown by the next one
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_an_empty_shelf_says_what_to_do_first(panel: ShelfPanel, qtbot: QtBot) -> None:
    panel.show_persons("", [])
    assert "Your shelf is empty" in texts(panel)
    with qtbot.waitSignal(panel.discs_requested):
        panel.page.empty.go_to_discs.click()


def test_what_was_sent_leaves_room_for_what_it_is(panel: ShelfPanel) -> None:
    sent = replace(CT, what="CT of the chest, repeated", portal="partly · shared 2")
    panel.table.set_widths({})
    panel.resize(700, 600)
    panel.show_persons("", [ShelfPerson("a", "Anna MUELLER", "born 4 May 1951", (sent, KNEE))])
    QApplication.processEvents()
    table = panel.table
    assert not table.isColumnHidden(PORTAL)
    assert table.columnWidth(WHAT) >= table.fontMetrics().horizontalAdvance(sent.what)
    assert table.columnWidth(PORTAL) >= table.fontMetrics().horizontalAdvance(sent.portal) + 16


def test_what_is_chosen_never_shifts_the_list(panel: ShelfPanel) -> None:
    panel.show_persons("", [ANNA])
    widths, long = set(), "Send Bartholomäus-Maximilian's mammogram of both sides"
    several = SeveralPreview(("a:1", "a:2"), "2 exams", (("Anna", ("CT",)),), "2 images", "", "", f"{long} and 2 more")
    for study in (PREVIEW, replace(PREVIEW, send="Send", share="Share"), replace(PREVIEW, send=long, share=long)):
        panel.table.choose("a:1")
        panel.show_study(study)
        QApplication.processEvents()
        widths.add((panel.table.width(), panel.preview.width()))
    assert panel.preview.send.text().strip() == "Send"
    assert panel.preview.send.accessibleName() == long
    panel.table.choose("a:1", "a:2")
    panel.show_several(several)
    QApplication.processEvents()
    assert panel.preview.bin.text().strip() == "Move to bin"
    assert panel.preview.bin.width() >= panel.preview.bin.sizeHint().width()
    assert widths == {(panel.table.width(), panel.preview.width())}


def test_numbers_stand_ones_below_ones_from_whichever_side_one_reads(panel: ShelfPanel) -> None:
    panel.show_persons("", [ANNA])
    model = panel.table.shelf
    cell = model.index(0, IMAGES, model.index(0, 0))
    for side in (
        model.data(cell, Qt.ItemDataRole.TextAlignmentRole),
        model.headerData(IMAGES, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole),
    ):
        shown = QStyle.visualAlignment(Qt.LayoutDirection.RightToLeft, side)
        assert shown & Qt.AlignmentFlag.AlignRight


def test_what_an_exam_is_never_shrinks_to_dots(panel: ShelfPanel) -> None:
    table = panel.table
    table.set_widths({})
    panel.show_persons("", [ShelfPerson("a", "Anna MUELLER", "born 4 May 1951", (replace(CT, portal="✓"), KNEE))])
    panel.resize(260, 600)
    QApplication.processEvents()
    assert table.columnWidth(WHAT) >= table.fontMetrics().horizontalAdvance("CT of the chest")
    panel.resize(1600, 600)
    QApplication.processEvents()
    assert table.header().length() == table.viewport().width()


def test_the_model_is_a_sound_tree(qtbot: QtBot) -> None:
    model = ShelfModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_persons([ANNA, TARO])
    model.show_persons([TARO])
    assert tester.model() is model


def test_studies_stand_under_their_person(panel: ShelfPanel) -> None:
    panel.show_persons("", [ANNA, TARO])
    model = panel.table.shelf
    anna = model.index(0, 0)
    assert "Anna MUELLER" in model.data(anna)
    assert [model.data(model.index(row, WHEN, anna)) for row in range(2)] == ["3 March 2019", "2 May 2009"]
    assert model.data(model.index(0, IMAGES, anna)) == "1,386"
    assert panel.table.isFirstColumnSpanned(0, QModelIndex())


def test_a_study_to_look_at_is_marked(panel: ShelfPanel) -> None:
    panel.show_persons("", [ANNA])
    model = panel.table.shelf
    cell = model.index(0, WHAT, model.index(0, 0))
    assert model.data(cell).startswith("⚠")
    assert "1 image is damaged." in model.data(cell, Qt.ItemDataRole.ToolTipRole)
    assert "⚠" not in model.data(cell, Qt.ItemDataRole.AccessibleTextRole)


def test_the_first_study_is_chosen(panel: ShelfPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.chosen) as told:
        panel.show_persons("", [ANNA, TARO])
    assert told.args == ["a:1"]


def test_the_chosen_study_stays_chosen_when_rows_come_anew(panel: ShelfPanel) -> None:
    panel.show_persons("", [ANNA, TARO])
    panel.table.choose("b:1")
    panel.show_persons("", [TARO, ANNA])
    assert panel.table.chosen_study() == "b:1"


def test_typing_asks_once_after_a_pause(panel: ShelfPanel, qtbot: QtBot) -> None:
    panel.show_persons("", [ANNA])
    asked: list[str] = []
    panel.find_requested.connect(asked.append)
    with qtbot.waitSignal(panel.find_requested):
        qtbot.keyClicks(panel.search, "knee")
    assert asked == ["knee"]


def test_an_answer_to_an_older_question_is_left_aside(panel: ShelfPanel) -> None:
    panel.show_persons("", [ANNA])
    panel.search.setText("knee")
    panel.show_persons("", [ANNA, TARO])
    assert panel.table.shelf.rowCount() == 1


def test_a_search_without_hit_says_so_and_leads_back(panel: ShelfPanel, qtbot: QtBot) -> None:
    panel.show_persons("", [ANNA])
    panel.search.setText("schmidt")
    panel.show_persons("schmidt", [])
    assert "Nothing on your shelf fits “schmidt”." in texts(panel)
    with qtbot.waitSignal(panel.find_requested) as told:
        next(b for b in panel.findChildren(QPushButton) if b.text() == "Show everything").click()
    assert told.args == [""]


def test_enter_opens_the_chosen_study(panel: ShelfPanel, qtbot: QtBot) -> None:
    panel.show_persons("", [ANNA])
    with qtbot.waitSignal(panel.open_requested) as told:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert told.args == ["a:1"]


def test_the_preview_shows_the_chosen_study_and_offers_what_can_be_done(panel: ShelfPanel, qtbot: QtBot) -> None:
    panel.show_persons("", [ANNA])
    panel.show_study(PREVIEW)
    assert "Lung" in texts(panel.preview)
    for button, signal in (
        (panel.preview.open, panel.open_requested),
        (panel.preview.bin, panel.bin_requested),
    ):
        with qtbot.waitSignal(signal) as told:
            button.click()
        assert told.args == ["a:1"]


def test_a_preview_nobody_waits_for_any_more_is_left_aside(panel: ShelfPanel) -> None:
    panel.show_persons("", [ANNA])
    panel.table.choose("a:2")
    panel.show_study(PREVIEW)
    assert panel.preview.shown is None


def test_a_series_picture_comes_to_its_study_only(panel: ShelfPanel) -> None:
    panel.show_persons("", [ANNA])
    panel.show_study(PREVIEW)
    image = QImage(144, 144, QImage.Format.Format_Grayscale8)
    image.fill(99)
    panel.set_thumbnail("a:2", "s", image)
    panel.set_thumbnail("a:1", "s", image)
    assert any(label.pixmap().width() == 70 for label in panel.preview.findChildren(QLabel))


def test_column_widths_can_be_remembered(panel: ShelfPanel) -> None:
    panel.table.set_widths({"when": 222})
    assert panel.table.widths()["when"] == 222


def test_the_bin_gives_things_back(panel: ShelfPanel, qtbot: QtBot) -> None:
    panel.show_bin([BinLine("e1", "CT of the chest", "Stays here until 3 April")])
    assert "CT of the chest" in texts(panel)
    with qtbot.waitSignal(panel.restore_requested) as told:
        next(b for b in panel.findChildren(QPushButton) if b.text() == "Put back").click()
    assert told.args == ["e1"]
    assert panel.bin is not None
    panel.bin.back.click()
    assert panel.bin is None


def test_in_a_narrow_window_the_preview_goes_below(panel: ShelfPanel) -> None:
    panel.show_persons("", [ANNA])
    panel.show_study(PREVIEW)
    panel.resize(520, 600)
    assert panel.preview.mapTo(panel, panel.preview.rect().topLeft()).y() > 200


@pytest.mark.long
def test_at_the_largest_text_in_a_low_window_what_can_be_done_is_in_sight_under_whose_it_is(
    panel: ShelfPanel, style: Style
) -> None:
    panel.show_persons("", [ANNA])
    panel.show_study(PREVIEW)
    style.choose("light", 200)
    panel.resize(770, 515)  # what is left of 900 by 600
    QApplication.processEvents()
    person = next(one for one in panel.preview.findChildren(QLabel) if one.text() == PREVIEW.person)
    assert not person.visibleRegion().isEmpty()
    assert not panel.preview.open.visibleRegion().isEmpty()
    rows = [panel.table.visualRect(panel.table.shelf.find(study.key)) for study in ANNA.studies]
    assert all(panel.table.viewport().rect().contains(row.center()) for row in rows)
    style.choose("light", 100)


@pytest.mark.parametrize("width", [260, 400])
def test_a_column_hidden_for_want_of_room_is_remembered_as_wide_as_it_was(panel: ShelfPanel, width: int) -> None:
    table = panel.table
    table.set_widths({"kind": 133})
    panel.show_persons("", [ANNA])
    panel.resize(width, 600)
    QApplication.processEvents()
    assert table.isColumnHidden(KIND)
    assert table.widths()["kind"] == 133
    assert all(table.widths().values())
    panel.resize(1600, 600)
    QApplication.processEvents()
    assert not table.isColumnHidden(KIND)
    assert table.columnWidth(KIND) == 133


@pytest.mark.parametrize("absurd", [0, 1, 21, 3999, -7])
def test_an_absurd_width_of_yesterday_becomes_a_sensible_one(panel: ShelfPanel, absurd: int) -> None:
    table = panel.table
    table.set_widths(dict.fromkeys(("when", "kind", "images", "portal"), absurd))
    panel.resize(1600, 600)
    panel.show_persons("", [ANNA])
    QApplication.processEvents()
    assert all(40 <= table.columnWidth(column) <= 500 for column in (WHEN, KIND, IMAGES))


def test_no_column_can_be_made_too_narrow_to_take_hold_of(panel: ShelfPanel) -> None:
    panel.table.set_widths({})
    panel.show_persons("", [ANNA])
    panel.resize(1600, 600)
    panel.table.header().resizeSection(WHEN, 0)
    assert panel.table.columnWidth(WHEN) >= 5 * panel.table.fontMetrics().averageCharWidth()


def test_stepping_back_leaves_the_bin_and_then_what_was_found(panel: ShelfPanel) -> None:
    panel.show_persons("", [ANNA])
    panel.search.setText("knee")
    panel.show_bin([BinLine("1", "Knee", "30 days")])
    assert panel.step_back()
    assert panel.bin is None
    assert panel.step_back()
    assert panel.search.text() == ""
    assert not panel.step_back()


@pytest.mark.parametrize("name", ["Anna MUELLER", "Karl-Heinz VON DER TANN-RATHSAMHAUSEN-WITTGENSTEIN", "أحمد علي"])
@pytest.mark.parametrize("room", [200, 330, 500, 2000])
def test_a_persons_line_keeps_the_birth_date_whole_in_any_room(qtbot: QtBot, name: str, room: int) -> None:
    table = ShelfTable()
    qtbot.addWidget(table)
    metrics = table.fontMetrics()
    person = ShelfPerson("p", name, "born 30 September 1951 · woman · ID 4711-23", ())
    said = fitting(person, metrics, room)
    assert "born 30 September 1951" in said
    least = metrics.horizontalAdvance(" · born 30 September 1951") + 4 * metrics.averageCharWidth()
    assert metrics.horizontalAdvance(said) <= max(room, least) + metrics.averageCharWidth()
    if room == 2000:
        assert said == f"\u2068{name}\u2069 · born 30 September 1951 · woman · ID 4711-23"


def test_a_date_is_never_cut_however_narrow_its_column_was_made(qtbot: QtBot) -> None:
    table = ShelfTable()
    qtbot.addWidget(table)
    table.set_widths({"when": 10})
    study = ShelfStudy("s", "30 September 2019", "CT of the chest", "CT", 3)
    table.show_persons([ShelfPerson("p", "Anna MUELLER", "born 4 May 1951", (study,))])
    assert table.columnWidth(0) > table.fontMetrics().horizontalAdvance("30 September 2019")


def test_buttons_scroll_along_where_they_would_cover_whose_images_these_are(qtbot: QtBot) -> None:
    preview = Preview(lambda *_: QIcon())
    qtbot.addWidget(preview)
    preview.resize(320, 700)
    preview.show()
    preview.activateWindow()
    with qtbot.waitActive(preview):
        pass
    words = StudyPreview("s", "CT of the chest", "Anna MUELLER, born 4 May 1951", (), (), send="Send", share="Share")
    preview.show_study(words)
    assert not preview.page().isAncestorOf(preview.open)
    preview.open.setFocus()
    preview.resize(320, 220)
    assert preview.page().isAncestorOf(preview.open)
    assert preview.open.hasFocus()
    preview.show_study(words)
    assert preview.page().isAncestorOf(preview.open)
    assert preview.open.isVisible()
    preview.resize(320, 700)
    assert not preview.page().isAncestorOf(preview.open)
    assert preview.open.hasFocus()
