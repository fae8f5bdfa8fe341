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
ALL: dict[HeldAs, str] = {
    "images": "(The|Both|All %n) image(s)",
    "reports": "(The|Both|All %n) report(s)",
    "documents": "(The|Both|All %n) document(s)",
    "others": "(The|Both|All %n) other file(s)",
}
BOTH_MIXED, ALL_MIXED = "Both files, {amount},", "All {amount}"

_STORAGE = "1.2.840.10008.5.1.4.1.1."
_EXACTLY: dict[str, HeldAs] = {
    _STORAGE + "88.59": "others",  # key objects are a list, not a report
    _STORAGE + "481.1": "images",  # RT Image
    **dict.fromkeys((_STORAGE + part for part in ("4.2", "8", "9", "10", "11", "27", "79.1", "80.1", "129")), "others"),
    # private ones that every scanner of their maker writes beside its images
    "1.3.12.2.1107.5.9.1": "others",  # Siemens, "CSA Non-Image"
    **dict.fromkeys((f"1.3.46.670589.11.0.0.12.{part}" for part in (1, 2, 4)), "others"),  # Philips, MR
}
_BEGINS: tuple[tuple[str, HeldAs], ...] = (
    (_STORAGE + "88.", "reports"),
    (_STORAGE + "104.1", "documents"),
    (_STORAGE + "104.2", "documents"),
    *((_STORAGE + part, "others") for part in ("9.", "11.", "66", "67", "68.", "78.", "104.", "200.", "481.")),
    ("1.2.840.10008.5.1.4.34.", "others"),
    ("1.2.840.10008.5.1.4.38.", "others"),
    ("1.2.840.10008.5.1.4.39.", "others"),
)
# By modality only where an object does not say its class.
_HELD: dict[str, HeldAs] = {
    "SR": "reports",
    "DOC": "documents",
    **dict.fromkeys(
        (
            *("KO", "PR", "ECG", "HD", "EPS", "RESP", "AU", "PLAN", "REG", "SEG", "FID", "RWV"),
            *("RTSTRUCT", "RTPLAN", "RTDOSE", "RTRECORD"),
        ),
        "others",
    ),
}


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
    """Say as what one object is counted: what a series is called says nothing of an object that tells its class."""
    if sop_class_uid:
        if sop_class_uid in _EXACTLY:
            return _EXACTLY[sop_class_uid]
        return next((kind for start, kind in _BEGINS if sop_class_uid.startswith(start)), "images")
    return _HELD.get((modality or "").strip().upper(), "images")


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
    parts = [count(WORDS[kind], number) for kind, number in _parts(amount)]
    if len(parts) == 1:
        return parts[0]
    return count(AND, -1).replace("{some}", ", ".join(parts[:-1])).replace("{last}", parts[-1])


def all_words(amount: Amount, count: Count) -> str:
    """Begin a sentence about all of it: "Both images", "All 63 images and 1 report"; its verb goes by `total`."""
    parts = _parts(amount)
    if len(parts) == 1:
        kind, number = parts[0]
        return count(ALL[kind], number)
    return count(BOTH_MIXED if amount.total == 2 else ALL_MIXED, -1).replace("{amount}", amount_words(amount, count))


def _parts(amount: Amount) -> list[tuple[HeldAs, int]]:
    numbers: dict[HeldAs, int] = {
        "images": amount.images, "reports": amount.reports, "documents": amount.documents, "others": amount.others
    }  # fmt: skip
    return [(kind, number) for kind, number in numbers.items() if number] or [("images", 0)]
