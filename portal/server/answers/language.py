"""In which language a page speaks: as the person chose, else as their browser asks, else English."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request, Response

LANGUAGES = {"en": "English", "de": "Deutsch"}
COOKIE = CHOICE = "language"  # the cookie, and the query of a link that chooses
_YEAR = 365 * 24 * 3600


def language_of(request: Request) -> str:
    """Give the language of the page that answers a request."""
    for said in (request.query_params.get(CHOICE), request.cookies.get(COOKIE), *_asked(request)):
        if said in LANGUAGES:
            return said
    return "en"


def keep_choice(request: Request, response: Response, *, secure: bool) -> None:
    """Remember what was chosen just now; it says nothing of anybody."""
    said = request.query_params.get(CHOICE)
    if said in LANGUAGES:
        response.set_cookie(COOKIE, said, max_age=_YEAR, samesite="lax", secure=secure, path="/")


def _asked(request: Request) -> Iterator[str]:
    """List what the browser prefers, best first: `de-AT` is German."""
    weighed = []
    for place, part in enumerate(request.headers.get("accept-language", "")[:500].split(",")):
        name, _, weight = part.partition(";")
        weighed.append((-_weight(weight), place, name.strip().lower().partition("-")[0]))
    yield from (name for weight, _, name in sorted(weighed) if weight < 0)


def _weight(said: str) -> float:
    try:
        return float(said.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0
