"""One STOW-RS request, and what its answer says of each instance in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from portal.client.connecting.connection import Connection
from portal.client.connecting.pages import in_path
from portal.client.connecting.trouble import problem_of
from portal.client.upload.order import Ours, Said
from portal.client.upload.targets.answer import ANSWER_BYTES_MOST, StowAnswer, read_answer
from portal.client.upload.targets.body import Flow, InstancesBody, new_boundary
from portal.wire.store_failures import FAILURE_DUPLICATE, FAILURE_NOT_AUTHORISED

_AZURE_DUPLICATE = 45070
_DUPLICATES = frozenset({FAILURE_DUPLICATE, _AZURE_DUPLICATE})
_OUT_OF_RESOURCES = range(0xA700, 0xA800)
_LATER = frozenset({408, 425, 429, 502, 503, 504})
_WHOLE = frozenset({401, 404, 405, 501, 507})  # nothing of the study will be taken: told as such
_WAIT_MOST = 600.0


def stow(connection: Connection, root: str, study_instance_uid: str, pack: Sequence[Ours], flow: Flow) -> list[Said]:
    """Send instances of one study and give what is said of each, in their order.

    Raises `PortalError` where no answer comes or nothing at all is taken here.
    """
    response, body = post_instances(connection, f"{root}/studies/{in_path(study_instance_uid)}", pack, flow)
    answer = read_answer(body)
    uids, named = [ours.sop_instance_uid for ours in pack], {*answer.stored, *answer.failed}
    if response.status_code in _WHOLE and named.isdisjoint(uids):
        raise problem_of(response, body)
    said = [judge(response.status_code, answer, uid, wait_seconds(response)) for uid in uids]
    if len(pack) == 1:
        return said
    return [one if uid in named or one.kind == "later" else _of_all(one) for uid, one in zip(uids, said, strict=True)]


def post_instances(
    connection: Connection, path: str, pack: Sequence[Ours], flow: Flow
) -> tuple[requests.Response, bytes]:
    """Send instances to a path; gives whatever is answered, with its body."""
    boundary = new_boundary()
    headers = {
        "Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}',
        "Accept": "application/dicom+json",
        "Accept-Encoding": "identity",
    }
    response = connection.send(
        "POST",
        path,
        headers=headers,
        body=lambda: InstancesBody(pack, boundary, flow),
        stream=True,
        timeout=(10, 300),
    )
    return response, connection.read_any(response, most=ANSWER_BYTES_MOST)


def judge(status: int, answer: StowAnswer, uid: str, wait: float | None = None) -> Said:
    """Say what an answer means for one instance: only its UID in ReferencedSOPSequence means stored."""
    if uid in answer.failed:
        return _failed(answer.failed[uid], wait)
    if uid in answer.stored:
        warning = answer.stored[uid]
        return Said("stored", "coerced" if warning else None, f"{warning:04X}H" if warning else None)
    if status in _LATER:
        return Said("later", "server-trouble", str(status), wait)
    if status == 413:
        return Said("refused", "too-large", str(status))
    if status in (403, 415):
        return Said("refused", "not-allowed" if status == 403 else "refused", str(status))
    return Said("unclear", "server-trouble" if status >= 500 else "refused", str(status), wait)


def _of_all(said: Said) -> Said:
    """Take what a status says of a whole request for nothing that is said of one instance in it."""
    return Said("unclear", said.code, said.detail, said.wait)


def _failed(reason: int | None, wait: float | None) -> Said:
    detail = None if reason is None else f"{reason:04X}H"
    if reason in _DUPLICATES:
        return Said("duplicate", None, detail)
    if reason in _OUT_OF_RESOURCES:
        return Said("later", "server-trouble", detail, wait)
    return Said("refused", "not-allowed" if reason == FAILURE_NOT_AUTHORISED else "refused", detail)


def wait_seconds(response: requests.Response) -> float | None:
    """Read Retry-After: seconds or a date."""
    return _seconds(response.headers)


def _seconds(headers: Mapping[str, str]) -> float | None:
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said[:9]), _WAIT_MOST)
    try:
        until = parsedate_to_datetime(said) if said else None
    except ValueError:
        return None
    if until is None:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (aware - datetime.now(UTC)).total_seconds()), _WAIT_MOST)
