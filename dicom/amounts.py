"""How much there is, as people count it: images, and what holds none: reports, documents, other files.

Every object is counted once, so an amount adds up to the number of objects. English with "%n" for a number; `count`
puts it in, and may translate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from dicom.model import Instance

Count = Callable[[str, int], str]
HeldAs = Literal["images", "reports", "documents", "others"]

WORDS: dict[HeldAs, str] = {
    "images": "%n image(s)",
    "reports": "%n report(s)",
    "documents": "%n document(s)",
    "others": "%n other file(s)",
}
AND = "{some} and {last}"

_STORAGE = "1.2.840.10008.5.1.4.1.1."
_RT_IMAGE, _KEY_OBJECTS = _STORAGE + "481.1", _STORAGE + "88.59"
_CLASSES: tuple[tuple[str, HeldAs], ...] = (
    (_STORAGE + "88.", "reports"),
    (_STORAGE + "104.1", "documents"),
    (_STORAGE + "104.2", "documents"),
    *((_STORAGE + part, "others") for part in ("9.", "11.", "66", "67", "68.", "104.", "481.")),
)
# By modality, where the class is not known. Series of any other hold images, whatever their class: no one looks.
_HELD: dict[str, HeldAs] = {
    "SR": "reports",
    "DOC": "documents",
    "OT": "images",
    "": "images",
    "KO": "others",
    "PR": "others",
    "ECG": "others",
    "HD": "others",
    "EPS": "others",
    "RESP": "others",
    "AU": "others",
    "PLAN": "others",
    "REG": "others",
    "SEG": "others",
    "FID": "others",
    "RWV": "others",
    "RTSTRUCT": "others",
    "RTPLAN": "others",
    "RTDOSE": "others",
    "RTRECORD": "others",
}
MODALITIES = tuple(sorted(filter(None, _HELD)))  # of series in which something may be that is no image


@dataclass(frozen=True, slots=True)
class Amount:
    """So many objects of each kind."""

    images: int = 0
    reports: int = 0
    documents: int = 0
    others: int = 0

    @property
    def total(self) -> int:
        """How many objects."""
        return self.images + self.besides

    @property
    def besides(self) -> int:
        """How many of them hold no image."""
        return self.reports + self.documents + self.others

    def __add__(self, other: Amount) -> Amount:
        """Put two amounts together."""
        return Amount(
            self.images + other.images,
            self.reports + other.reports,
            self.documents + other.documents,
            self.others + other.others,
        )

    def among(self, total: int) -> Amount:
        """Give the amount of `total` objects of which these hold no image."""
        if self.besides > total:
            return Amount(total)
        return Amount(total - self.besides, self.reports, self.documents, self.others)


NOTHING = Amount()


def held_as(modality: str | None, sop_class_uid: str | None) -> HeldAs:
    """Say as what one object is counted."""
    by_modality = _HELD.get((modality or "").strip().upper())
    if by_modality is None or sop_class_uid == _RT_IMAGE:
        return "images"
    uid = sop_class_uid or ""
    if not uid:
        return by_modality
    if uid == _KEY_OBJECTS:
        return "others"
    return next((kind for start, kind in _CLASSES if uid.startswith(start)), "images")


def amount_of(objects: Iterable[tuple[str | None, str | None, int]]) -> Amount:
    """Count objects given as modality, SOP Class UID and number of such."""
    counts: Counter[HeldAs] = Counter()
    for modality, sop_class_uid, number in objects:
        counts[held_as(modality, sop_class_uid)] += number
    return Amount(counts["images"], counts["reports"], counts["documents"], counts["others"])


def amount_of_instances(instances: Iterable[Instance]) -> Amount:
    """Count the instances of a scan."""
    return amount_of((one.header.modality, one.header.sop_class_uid, 1) for one in instances)


def amount_words(amount: Amount, count: Count) -> str:
    """Write an amount: "63 images and 1 report"; nothing is "0 images"."""
    numbers: dict[HeldAs, int] = {
        "images": amount.images, "reports": amount.reports, "documents": amount.documents, "others": amount.others
    }  # fmt: skip
    parts = [count(WORDS[kind], number) for kind, number in numbers.items() if number] or [count(WORDS["images"], 0)]
    if len(parts) == 1:
        return parts[0]
    return count(AND, -1).replace("{some}", ", ".join(parts[:-1])).replace("{last}", parts[-1])
