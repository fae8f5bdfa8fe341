"""What the shelf says of the disc an exam came from: how much of it was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from core.language.isolates import isolated
from core.ui.amounts import counted_said
from core.ui.parts import Tone
from dicom.amounts import all_words

if TYPE_CHECKING:
    from library.index.rows import ReceiptRow, StudyRow


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Shelf", text, None, n)


def receipt_line(receipts: Sequence[ReceiptRow], row: StudyRow) -> tuple[str, Tone]:
    """Say of the newest import that met an exam how much of its disc was kept.

    Where the disc brought something else too, of this exam alone: whoever looks at one person's exam takes a number
    for that of this exam.
    """
    if not receipts:
        return "", ""
    facts: Mapping[str, Any] = receipts[0].facts
    kept, of, chosen = _sums(facts)
    if kept == row.instances:
        said, tone = _of_the_disc(row, of, chosen=chosen), _tone(kept, of)
    elif isinstance(absent := facts.get("absent"), Mapping):
        said, tone = _of_this_exam(absent, row.study_instance_uid)
    else:
        text = "{kept} of %n file(s) of all exams on “{source}” (was|were) kept."
        said, tone = words(text, of).replace("{kept}", f"{kept:,}"), _tone(kept, of)
    return said.replace("{source}", isolated(receipts[0].label)), tone


def _sums(facts: Mapping[str, Any]) -> tuple[int, int, bool]:
    """Give how much an import kept, of how many, and whether something stayed behind by choice."""
    kept = int(facts.get("imported", 0)) + int(facts.get("already", 0))
    totals = facts.get("totals", {})
    beside = int(totals.get("missing", 0)) - int(facts.get("named_otherwise", 0)) + int(totals.get("unreadable", 0))
    chosen = bool(facts.get("of_others") or facts.get("in_recycle_bin"))
    # where something was chosen, what is missing may be somebody else's
    return kept, int(facts.get("planned", kept)) + (0 if chosen else beside), chosen


def _of_the_disc(row: StudyRow, of: int, *, chosen: bool) -> str:
    if row.instances >= of:
        said = words("{all} chosen from “{source}” (is|are) kept.", of)
        if not chosen:
            said = words("{all} on “{source}” (is|are) kept.", of)
        return said.replace("{all}", all_words(row.amount, counted_said))
    if row.besides.total:
        said = words("{kept} of %n images, reports and other files chosen from “{source}” are kept.", of)
        if not chosen:
            said = words("{kept} of %n images, reports and other files on “{source}” are kept.", of)
    else:
        said = words("{kept} of %n image(s) chosen from “{source}” (is|are) kept.", of)
        if not chosen:
            said = words("{kept} of %n image(s) on “{source}” (is|are) kept.", of)
    return said.replace("{kept}", f"{row.instances:,}")


def _of_this_exam(absent: Mapping[str, Any], study_instance_uid: str | None) -> tuple[str, Tone]:
    groups = (one for one in absent.get("images", ()) if one.get("study_instance_uid") == study_instance_uid)
    gone = sum(len(one.get("sop_instance_uids", ())) + int(one.get("nameless", 0)) for one in groups)
    unread = int(absent.get("files", 0))
    said = [words("%n file(s) of this exam on “{source}” (was|were) not kept.", gone)] if gone else []
    if unread:
        said.append(words("%n file(s) on “{source}” could not be read and may belong to this exam.", unread))
    if said:
        return " ".join(said), "amber"
    return words("All that “{source}” holds of this exam was kept."), ""


def _tone(kept: int, of: int) -> Tone:
    return "" if kept >= of else "amber" if kept else "loss"
