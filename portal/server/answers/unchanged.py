"""Lists that are looked at again and again: told whole where something is new, else only that nothing is (RFC 9110)."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header, Response

from portal.server.answers.long_json import written

Known = Annotated[str | None, Header(alias="If-None-Match")]
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing is new since the answer with this ETag"}}


def if_new(answer: object, known: str | None) -> Response:
    """Write an answer with its ETag, or 304 where who asks has this very answer; blocks.

    The ETag is that of the answer's own bytes: no version kept elsewhere can fall behind what it stands for.
    """
    whole = written(answer)
    tag = f'"{sha256(whole.body).hexdigest()[:32]}"'
    if known is not None and tag in {each.strip().removeprefix("W/") for each in known.split(",")}:
        return Response(status_code=304, headers={"ETag": tag})
    whole.headers["ETag"] = tag
    return whole
