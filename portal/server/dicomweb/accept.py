"""What a client accepts, as PS3.18 8.3 and 8.7 use it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from portal.server.dicomweb.multipart import content_type
from portal.server.problems import Problem


@dataclass(frozen=True, slots=True)
class Wanted:
    """One media range of an Accept header; of a multipart one, `kind` is that of its parts."""

    kind: str
    transfer_syntax: str
    multipart: bool
    weight: float


def wanted(request: Request) -> list[Wanted]:
    """List what is accepted, the most wanted first; nothing said is everything."""
    said = request.query_params.get("accept") or ",".join(request.headers.getlist("accept")) or "*/*"
    found = [_wanted(part) for part in _split(said) if part.strip()]
    return sorted((one for one in found if one.weight > 0), key=lambda one: -one.weight)


def choose(request: Request, *offered: str) -> str:
    """Choose the media type to answer with; raises `Problem("not-acceptable")` where none of them is wanted."""
    for one in wanted(request):
        for kind in offered:
            if _fits(one.kind, kind):
                return kind
    raise Problem("not-acceptable", offered=list(offered))


def _fits(wish: str, kind: str) -> bool:
    return wish in ("*/*", "*", kind, f"{kind.split('/')[0]}/*")


def _wanted(text: str) -> Wanted:
    said = content_type(text)
    multipart = said.kind in ("multipart/related", "multipart/*")
    kind = said.parameters.get("type", "*/*").lower() if multipart else said.kind
    try:
        weight = float(said.parameters.get("q", "1"))
    except ValueError:
        weight = 1.0
    return Wanted(kind, said.parameters.get("transfer-syntax", "*"), multipart, weight)


def _split(text: str) -> list[str]:
    """Split at commas that are not inside quotes."""
    parts, quoted = [""], False
    for sign in text[:4096]:
        if sign == "," and not quoted:
            parts.append("")
            continue
        quoted = quoted != (sign == '"')
        parts[-1] += sign
    return parts
