"""What a client accepts, weighed as RFC 9110 12.5.1 does, with the parameters of PS3.18 8.3 and 8.7."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from portal.server.base.problems import Problem
from portal.server.dicomweb.messages.multipart_in import content_type

ANY = "*"
_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class Wanted:
    """One media range of an Accept header; of a multipart one, `kind` is that of its parts."""

    kind: str
    transfer_syntax: str
    multipart: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Offer:
    """One way an answer can be sent; `exactly` means only to who names its transfer syntax."""

    kind: str
    multipart: bool = False
    transfer_syntax: str = ""
    exactly: bool = False

    @property
    def media_type(self) -> str:
        """Write it as a header has it, without the transfer syntax."""
        return f'multipart/related; type="{self.kind}"' if self.multipart else self.kind


def wanted(request: Request) -> list[Wanted]:
    """List what is accepted, in the client's order; nothing said is everything."""
    said = request.query_params.get("accept") or ",".join(request.headers.getlist("accept")) or "*/*"
    return [_wanted(part) for part in _split(said) if part.strip()]


def best(request: Request, offers: Sequence[Offer]) -> Offer:
    """Choose how to answer; raises `Problem("not-acceptable")` where nothing offered is wanted.

    The closest range decides about each offer; among equals the client's order decides, then ours.
    """
    ranges = wanted(request)
    found = []
    for place, offer in enumerate(offers):
        fitting = [(closeness, -index) for index, one in enumerate(ranges) if (closeness := _closeness(one, offer))]
        if not fitting:
            continue
        index = -max(fitting)[1]
        if ranges[index].weight > 0:
            found.append((-ranges[index].weight, index, place))
    if not found:
        raise Problem("not-acceptable", offered=list(dict.fromkeys(offer.media_type for offer in offers)))
    return offers[min(found)[2]]


def choose(request: Request, *offered: str) -> str:
    """Choose the media type to answer with; raises `Problem("not-acceptable")` where none of them is wanted."""
    return best(request, [Offer(kind) for kind in offered]).kind


def _closeness(one: Wanted, offer: Offer) -> int:
    """Say how closely a range means an offer; 0 where it does not."""
    everything = one.kind == "*/*" and not one.multipart
    if not everything and one.multipart != offer.multipart:
        return 0
    if one.kind == offer.kind:
        kind = 5
    elif one.kind == f"{offer.kind.split('/')[0]}/*":
        kind = 3
    elif one.kind == "*/*":
        kind = 1
    else:
        return 0
    named = one.transfer_syntax != ANY
    if (named and one.transfer_syntax != offer.transfer_syntax) or (offer.exactly and not named):
        return 0
    return kind + named


def _wanted(text: str) -> Wanted:
    said = content_type(text)
    multipart = said.kind in ("multipart/related", "multipart/*")
    kind = said.parameters.get("type", "*/*").lower() if multipart else said.kind
    try:
        weight = float(said.parameters.get("q", "1"))
    except ValueError:
        weight = 1.0
    syntax = said.parameters.get("transfer-syntax", ANY).strip()
    return Wanted("*/*" if kind == ANY else kind, syntax or ANY, multipart, weight)


def _split(text: str) -> list[str]:
    """Split at commas that are not inside quotes."""
    parts, quoted = [""], False
    for sign in text[:_LONGEST]:
        if sign == "," and not quoted:
            parts.append("")
            continue
        quoted = quoted != (sign == '"')
        parts[-1] += sign
    return parts
