"""The answer to STOW as DICOM JSON (PS3.18 10.5.3): what is stored, what is not and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.server.receiving.receiver import NOT_NOW, TOO_LARGE, Outcome
from portal.wire.store_failures import FAILURE_OUT_OF_RESOURCES

Json = dict[str, Any]


def stow_status(outcomes: Iterable[Outcome]) -> int:
    """Give the HTTP status: 200 all stored, 202 some, 409 none."""
    failed = [outcome.failure is not None for outcome in outcomes]
    return 409 if all(failed) else 202 if any(failed) else 200


def stow_answer(outcomes: list[Outcome], dicomweb_url: str) -> Json:
    """Write the response module; `dicomweb_url` is where the server's DICOMweb begins."""
    studies = {outcome.study_instance_uid for outcome in outcomes if outcome.failure is None}
    answer: Json = {}
    if len(studies) == 1:
        answer["00081190"] = _element("UR", f"{dicomweb_url}/studies/{studies.pop()}")
    stored = [_stored(outcome, dicomweb_url) for outcome in outcomes if outcome.failure is None]
    failed = [outcome for outcome in outcomes if outcome.failure is not None]
    named = [_failed(outcome) for outcome in failed if outcome.sop_instance_uid is not None]
    nameless = [_reason(outcome) for outcome in failed if outcome.sop_instance_uid is None]
    for tag, items in (("00081198", named), ("00081199", stored), ("0008119A", nameless)):
        if items:
            answer[tag] = {"vr": "SQ", "Value": items}
    return answer


def _stored(outcome: Outcome, dicomweb_url: str) -> Json:
    where = (
        f"{dicomweb_url}/studies/{outcome.study_instance_uid}/series/{outcome.series_instance_uid}"
        f"/instances/{outcome.sop_instance_uid}"
    )
    return {**_names(outcome), "00081190": _element("UR", where)}


def _failed(outcome: Outcome) -> Json:
    return {**_names(outcome), **_reason(outcome)}


def _names(outcome: Outcome) -> Json:
    return {
        "00081150": _element("UI", outcome.sop_class_uid),
        "00081155": _element("UI", outcome.sop_instance_uid),
    }


def _reason(outcome: Outcome) -> Json:
    no_word = outcome.failure in (TOO_LARGE, NOT_NOW)
    return {"00081197": _element("US", FAILURE_OUT_OF_RESOURCES if no_word else outcome.failure)}


def _element(vr: str, value: object) -> Json:
    return {"vr": vr} if value is None else {"vr": vr, "Value": [value]}
