"""Values out of a pydicom data set that may be wrong in any way: what cannot be read is absent, never an exception."""

from __future__ import annotations

import functools
import logging
import math
import struct
import warnings
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec, TypeVar

import pydicom
from pydicom import config
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag

# What pydicom raises for values that do not fit their VR.
TROUBLE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    NotImplementedError,
    OverflowError,
    EOFError,
    OSError,  # pydicom's own; a failing medium is a DicomError by then
    RecursionError,
    LookupError,
    struct.error,
    pydicom.errors.BytesLengthException,
)
ITEM_TAG = b"\xfe\xff\x00\xe0"
MAX_ITEMS = 200_000

P = ParamSpec("P")
R = TypeVar("R")


def prepare_pydicom() -> None:
    """Set pydicom's global configuration once, before any thread uses it: no value checks, and no values in a log."""
    config.settings.reading_validation_mode = config.IGNORE
    config.settings.writing_validation_mode = config.IGNORE
    config.convert_wrong_length_to_UN = True
    logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)


prepare_pydicom()


def quietly(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function without pydicom's warnings: odd files are our business, and warnings quote values."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*args, **kwargs)

    return run


Name = str | int  # a DICOM keyword, or a tag


def value(elements: Dataset, keyword: Name) -> Any:
    """Read one value as pydicom makes it; `None` if absent, empty or not readable."""
    tag = tag_for_keyword(keyword) if isinstance(keyword, str) else keyword
    if tag is None or tag not in elements:
        return None
    try:
        found = elements[tag].value
    except TROUBLE:
        return None
    if found is None or (isinstance(found, str | bytes | MultiValue | list) and len(found) == 0):
        return None
    return found


def values(elements: Dataset, keyword: Name) -> tuple[Any, ...]:
    """Read all values of one element, in order."""
    found = value(elements, keyword)
    if found is None:
        return ()
    return tuple(found) if isinstance(found, MultiValue | list | tuple) else (found,)


def _as_text(item: object) -> str:
    return str(item).replace("\0", "").strip()


def texts(elements: Dataset, keyword: Name) -> tuple[str, ...]:
    """Read all values as text, stripped."""
    return tuple(_as_text(item) for item in values(elements, keyword))


def text(elements: Dataset, keyword: Name) -> str | None:
    """Read the values as one text joined by a backslash; `None` if nothing is said."""
    return "\\".join(texts(elements, keyword)).strip("\\") or None


def as_number(item: object) -> float | None:
    """Read one value as a finite number."""
    try:
        number = float(item)  # type: ignore[arg-type]
    except TROUBLE:
        return None
    return number if math.isfinite(number) else None


def numbers(elements: Dataset, keyword: Name) -> tuple[float, ...]:
    """Read all values as finite numbers; empty if one of them is none."""
    found = tuple(as_number(item) for item in values(elements, keyword))
    return () if None in found else tuple(number for number in found if number is not None)


def number(elements: Dataset, keyword: Name) -> float | None:
    """Read the first value as a finite number."""
    found = values(elements, keyword)
    return as_number(found[0]) if found else None


def integer(elements: Dataset, keyword: Name) -> int | None:
    """Read the first value as a whole number."""
    found = number(elements, keyword)
    return None if found is None else int(found)


def raw_element(elements: Dataset, keyword_or_tag: Name) -> RawDataElement | None:
    """Find an element as it was read, without converting it; `None` when absent or already converted."""
    tag = tag_for_keyword(keyword_or_tag) if isinstance(keyword_or_tag, str) else keyword_or_tag
    if tag is None or tag not in elements:
        return None
    found = elements.get_item(BaseTag(tag), keep_deferred=True)
    return found if isinstance(found, RawDataElement) else None


def items(elements: Dataset, keyword: Name) -> tuple[Dataset, ...]:
    """Read the items of a sequence; none if it is absent, damaged, or has more than `MAX_ITEMS` items."""
    raw = raw_element(elements, keyword)
    if raw is not None and raw.value is not None and raw.value.count(ITEM_TAG) > MAX_ITEMS:
        return ()
    found = value(elements, keyword)
    if not isinstance(found, Iterable) or isinstance(found, str | bytes):
        return ()
    return tuple(item for item in found if isinstance(item, Dataset))


def first_item(elements: Dataset, keyword: Name) -> Dataset | None:
    """Read the first item of a sequence."""
    found = items(elements, keyword)
    return found[0] if found else None
