"""Which images of a source's studies are not on the shelf after an import, by their UIDs: nothing of names or paths.

Kept with the receipt, so that whoever is sent the study later can be told what of it is not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from dicom.model import FileCode
from importer.listing_rows import Listings
from importer.plan import ImportPlan
from importer.sources.names import shown

AbsentCode = Literal["missing", "unreadable", "not-copied"]

# What a file is called that may hold an image and could not be looked into.
_NOT_LOOKED_INTO: frozenset[FileCode] = frozenset(
    {"unreadable", "truncated", "header-damaged", "encrypted", "password-needed", "refused-limit", "refused-bomb"}
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """One image that is not on the shelf; its UIDs are None where nothing says them."""

    study_instance_uid: str | None
    sop_instance_uid: str | None
    code: AbsentCode


def absent_to_json(plan: ImportPlan, listings: Listings, reached: set[str], failed: set[str]) -> dict[str, Any]:
    """Write what is absent: `images` by study and reason, `files` that could not be looked into and may be images.

    `listings` is what is said of the persons that were chosen; `reached` and `failed` are the paths (as people see
    them) of what was kept or was there, and of what was not.
    """
    studies = {item.instance.header.study_instance_uid for item in plan.items} - {None}
    listed = list(_of_the_record(listings))
    homeless = sum(one.study_instance_uid is None for one in listed)
    grouped: dict[tuple[str, AbsentCode], list[str | None]] = defaultdict(list)
    for one in (*listed, *_of_the_plan(plan, reached, failed)):
        if one.study_instance_uid is not None and one.study_instance_uid in studies:
            grouped[one.study_instance_uid, one.code].append(one.sop_instance_uid)
    files = len(_unread(plan, listings)) + homeless
    return {"images": [_group(study, code, uids) for (study, code), uids in grouped.items()], "files": files}


def _group(study: str, code: AbsentCode, uids: list[str | None]) -> dict[str, Any]:
    numbered = sorted({uid for uid in uids if uid is not None})
    return {"study_instance_uid": study, "code": code, "sop_instance_uids": numbered, "nameless": uids.count(None)}


def _unread(plan: ImportPlan, listings: Listings) -> set[str]:
    """Give the paths of files that could not be looked into at all and that no table of contents lists as an image."""
    known = {shown(path) for one in plan.scan.instances() for path in (one.path, *one.duplicates)}
    known |= {gone.path for series in (*listings.series, *plan.scan.listings.series) for gone in series.absent}
    problems = plan.scan.problems
    return {one.path for one in problems if one.path and one.code in _NOT_LOOKED_INTO and one.path not in known}


def _of_the_record(listings: Listings) -> Iterator[Lacking]:
    """Give what a disc lists and does not hold; what is there under another person's name is there."""
    for series in listings.series:
        for gone in series.absent:
            if gone.instead != "other-person":
                code: AbsentCode = "unreadable" if gone.instead == "told" else "missing"
                yield Lacking(series.study_instance_uid, gone.sop_instance_uid, code)


def _of_the_plan(plan: ImportPlan, reached: set[str], failed: set[str]) -> Iterator[Lacking]:
    for item in plan.items:
        path, header = item.kept_path, item.instance.header
        if path not in reached:
            code: AbsentCode = "unreadable" if path in failed else "not-copied"
            yield Lacking(header.study_instance_uid, header.sop_instance_uid, code)
