"""Lists that are looked at again and again: told whole where something is new, else only that nothing is (RFC 9110)."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header, Response

from portal.server.answers.long_json import written
from portal.server.base.problems import Problem

Known = Annotated[str | None, Header(alias="If-None-Match")]
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing is new since the answer with this ETag"}}


def if_new(answer: object, known: str | None) -> Response:
    """Write an answer with its ETag, or 304 where who asks has this very answer; blocks.

    The ETag is that of the answer's own bytes: no version kept elsewhere can fall behind what it stands for.
    """
    whole = written(answer)
    tag = _tag(whole)
    if known is not None and tag in {each.strip().removeprefix("W/") for each in known.split(",")}:
        return Response(status_code=304, headers={"ETag": tag})
    whole.headers["ETag"] = tag
    return whole


def tagged(answer: object, status: int = 200) -> Response:
    """Write an answer with the ETag a change of it needs."""
    whole = written(answer)
    whole.status_code = status
    whole.headers["ETag"] = _tag(whole)
    return whole


def need_match(now: object, match: str | None) -> None:
    """Hold If-Match against what is there now: raises `Problem("changed-meanwhile")` where somebody changed it since.

    Without the header it is "invalid-request"; `*` changes whatever is there.
    """
    if match is None:
        raise Problem("invalid-request", fields=[{"field": "header.If-Match", "reason": "missing"}])
    known = {each.strip().removeprefix("W/") for each in match.split(",")}
    if not known & {"*", _tag(written(now))}:
        raise Problem("changed-meanwhile")


def _tag(whole: Response) -> str:
    return f'"{sha256(whole.body).hexdigest()[:32]}"'
