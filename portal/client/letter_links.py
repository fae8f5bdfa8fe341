"""What stands in a letter of a practice: the link of an invitation, of a new password, of a share, or the portal's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urlsplit, urlunsplit

from core.errors import PortalError
from portal.client.connecting.connection import base_url
from portal.names import is_link, is_loopback

LetterKind = Literal["activation", "recovery", "share", "portal"]
_ACTIVATE = "/oauth/activate"
_LETTER_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class LetterLink:
    """Which portal a link leads to, and what it is for; `code` is an invitation's, `link` what a browser opens."""

    kind: LetterKind
    portal: str
    link: str
    code: str | None = None


def read_letter(text: str) -> LetterLink:
    """Read what was pasted or scanned: a link, or a portal's address as it was typed; raises `PortalError`."""
    typed = text.strip()
    if "://" not in typed:
        typed = f"http://{typed}" if is_loopback(f"http://{typed}") else f"https://{typed}"
    if len(typed) > _LETTER_LONGEST or not is_link(typed):
        base_url(typed)  # says why, where it can
        raise PortalError("not-a-portal", url=typed[:200])
    parts = urlsplit(typed)
    path, _, token = parts.path.rstrip("/").rpartition("/")
    where = (parts.scheme, parts.netloc)
    if parts.path.endswith(_ACTIVATE):
        code = next(iter(parse_qs(parts.query).get("activation_code", [])), None)
        return LetterLink("activation", _base(where, parts.path.removesuffix(_ACTIVATE)), typed, code)
    if path.endswith("/recover") and token:
        return LetterLink("recovery", _base(where, path.removesuffix("/recover").removesuffix("/oauth")), typed)
    if path.endswith("/s") and token:
        return LetterLink("share", _base(where, path.removesuffix("/s")), typed)
    return LetterLink("portal", _base(where, parts.path), typed)


def _base(where: tuple[str, str], path: str) -> str:
    return base_url(urlunsplit((*where, path, "", "")))
