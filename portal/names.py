"""Names that come from the other side of the wire: each is checked once, where it enters, and is a type from there on.

Nothing of them becomes a file name: folders and files here are named by us (`core.own_folder`).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, NewType
from urllib.parse import urlsplit

AccountId = NewType("AccountId", str)
ExamId = NewType("ExamId", str)
ShareId = NewType("ShareId", str)
UploadId = NewType("UploadId", str)
Uid = NewType("Uid", str)  # of a study, series or instance
Sha256 = NewType("Sha256", str)
Link = NewType("Link", str)  # what a browser may be sent to
Token = NewType("Token", str)  # what requests are signed with
Jws = NewType("Jws", str)  # something signed (RFC 7515, compact)
ByteCount = Annotated[int, "bytes"]  # other numbers are counts of what a person could count

ID_LENGTH_MOST = 128
UID_LENGTH_MOST = 64
LINK_LENGTH_MOST = 2000
TOKEN_LENGTH_MOST = 16_384
JWS_LENGTH_MOST = 128 << 20  # a receipt of some 100,000 images is a quarter of it
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._~@=+:-]*")
UID_PATTERN = r"[0-9]+(?:\.[0-9]+)*"
_UID = re.compile(UID_PATTERN)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_VISIBLE = re.compile(r"[!-~]+")  # ASCII without blanks: what else there is in an address comes escaped


def is_id(said: Any) -> bool:
    """Tell whether a portal can have named something so: letters, digits and few marks, no path, no blank."""
    return isinstance(said, str) and len(said) <= ID_LENGTH_MOST and _ID.fullmatch(said) is not None


def is_uid(said: Any) -> bool:
    """Tell whether this is a UID as a portal takes it (PS3.5 9.1; leading zeros occur in real files)."""
    return isinstance(said, str) and len(said) <= UID_LENGTH_MOST and _UID.fullmatch(said) is not None


def is_sha256(said: Any) -> bool:
    """Tell whether this is a SHA-256 as it is written."""
    return isinstance(said, str) and _SHA256.fullmatch(said) is not None


def is_token(said: Any) -> bool:
    """Tell whether this can stand in a header (RFC 6750)."""
    return isinstance(said, str) and len(said) <= TOKEN_LENGTH_MOST and _VISIBLE.fullmatch(said) is not None


def is_jws(said: Any) -> bool:
    """Tell whether this has the form of something signed; whether the signature is right is another question."""
    return isinstance(said, str) and len(said) <= JWS_LENGTH_MOST and _JWS.fullmatch(said) is not None


def is_link(said: Any) -> bool:
    """Tell whether a browser may be sent there: https anywhere, http on this computer alone, nobody's name in it."""
    if not isinstance(said, str) or len(said) > LINK_LENGTH_MOST or _VISIBLE.fullmatch(said) is None or "\\" in said:
        return False
    try:
        parts = urlsplit(said)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(said))


def is_loopback(url: str) -> bool:
    """Say whether an address reaches nothing but this computer."""
    return is_loopback_host(urlsplit(url).hostname or "")


def is_loopback_host(host: str) -> bool:
    """Say whether a host, or a network of hosts, is this computer alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_network(host.strip("[]"), strict=False).is_loopback
    except ValueError:
        return False


def uid_of(said: Any) -> Uid:
    """Take a UID; raises `ValueError` for anything else."""
    if not is_uid(said):
        raise ValueError("no UID")
    return Uid(said)


CHECKS: Mapping[Any, Callable[[Any], bool]] = MappingProxyType(
    {
        AccountId: is_id,
        ExamId: is_id,
        ShareId: is_id,
        UploadId: is_id,
        Uid: is_uid,
        Sha256: is_sha256,
        Link: is_link,
        Token: is_token,
        Jws: is_jws,
    }
)
