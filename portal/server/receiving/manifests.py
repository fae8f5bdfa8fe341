"""What a manifest may say; one that no upload can be is refused whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from portal.names import is_uid
from portal.server.base.problems import Problem
from portal.server.exams.wholeness import LEFT_OUT_MOST
from portal.wire.uploads import Manifest, ManifestItem

_LONGEST = 1024  # letters of anything said about a person, more than DICOM allows
_SIZE_MOST = 2**63 - 1  # what the database can count


def check_manifest(manifest: Manifest) -> None:
    """Refuse what no upload can be."""
    wrong = [
        field
        for field, right in (
            ("study_instance_uid", is_uid(manifest.study_instance_uid)),
            ("items", bool(manifest.items) and _each_once(manifest.items)),
            ("items.sop_instance_uid", all(is_uid(item.sop_instance_uid) for item in manifest.items)),
            ("items.sha256", all(_is_hash(item.sha256) and 0 < item.size <= _SIZE_MOST for item in manifest.items)),
            ("person", all(len(said or "") <= _LONGEST for said in asdict(manifest.person).values())),
            ("person_confirmed", len(manifest.person_confirmed or "") <= _LONGEST),
            ("consent", manifest.consent),
            ("left_out", _can_be_left_out(manifest)),
        )
        if not right
    ]
    if wrong:
        raise Problem("invalid-request", fields=[{"field": f"body.{field}", "reason": "value"} for field in wrong])


def _can_be_left_out(manifest: Manifest) -> bool:
    """Tell whether each image is named once, as sent or as left out; the codes were checked when the body was read."""
    said = manifest.left_out or ()
    uids = [each.sop_instance_uid for each in said if each.sop_instance_uid is not None]
    return (
        len(said) <= LEFT_OUT_MOST
        and all(map(is_uid, uids))
        and len(set(uids)) == len(uids)
        and set(uids).isdisjoint(item.sop_instance_uid for item in manifest.items)
        and all(each.images == 1 if each.sop_instance_uid else 0 < each.images <= LEFT_OUT_MOST for each in said)
    )


def _each_once(items: Iterable[ManifestItem]) -> bool:
    uids = [item.sop_instance_uid for item in items]
    return len(uids) == len(set(uids))


def _is_hash(text: str) -> bool:
    return len(text) == 64 and not set(text) - set("0123456789abcdef")
