"""Plain DICOMweb servers: how one is reached, what it wants, and the password it is signed with, never in the queue."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from core.errors import PortalError

if TYPE_CHECKING:
    from app.actions.signing_in import Access
    from app.build import Workers
    from library.shelf import Library
    from portal.client.connecting.credentials import Credentials
    from portal.client.known_servers import ServerProfile
    from portal.client.upload.targets.dicomweb_target import DicomwebTarget

PASSWORD = "SCANSHELF_SERVER_PASSWORD"  # USER:PASSWORD
_KEPT_AS = "dicomweb "  # before the address, so that it is no portal's sign-in


@dataclass(frozen=True, slots=True)
class Wish:
    """A server as it was named, the token meant for it, and whether it is to get explicit VRs; None: by its address."""

    named: str
    token: Credentials | None = None
    explicit_vr: bool | None = None


def server_address(named: str) -> str:
    """Give a DICOMweb server's address as the queue keeps it, without user and password; raises `PortalError`."""
    from portal.client.connecting.connection import base_url

    return base_url(named if "://" in named else f"https://{named}")


def known_server(named: str) -> ServerProfile | None:
    """Give what is known of a server by its address."""
    from portal.client.known_servers import profile_of

    return profile_of(server_address(named))


def dicomweb_target(wish: Wish, library: Library, workers: Workers, access: Access) -> DicomwebTarget:
    """Reach a server, signed with what its address carries, a token, the environment's password or the kept one."""
    from portal.client.connecting.connection import Connection
    from portal.client.upload.targets.dicomweb_target import DicomwebTarget

    user, password = _carried(wish.named)
    address = server_address(wish.named)
    signed = _signed(user, password) or wish.token or _remembered(address, access)
    explicit = wish.explicit_vr
    if explicit is None:
        profile = known_server(wish.named)
        explicit = profile is not None and profile.explicit_vr
    rewrite = workers.explicit_form if explicit else None
    return DicomwebTarget(Connection(address, signed), workers.compare, library.incoming, rewrite)


def open_dicomweb(
    wish: Wish, library: Library, workers: Workers, access: Access
) -> AbstractContextManager[DicomwebTarget]:
    """Reach a server for the length of a `with` block."""
    return closing(dicomweb_target(wish, library, workers, access))


def keep_password(named: str, access: Access) -> bool:
    """Keep what an address carries with the sign-ins; false where it carries nothing or nothing can be kept."""
    from portal.client.signing_in.vault import KeptSignIn

    user, password = _carried(named)
    vault = access.vault()
    if not user or not vault.lasting:
        return False
    with vault.changing():
        vault.keep(_KEPT_AS + server_address(named), KeptSignIn(user, password))
    return vault.lasting


def _remembered(address: str, access: Access) -> Credentials | None:
    if said := access.environment.get(PASSWORD):
        return _signed(*said.partition(":")[::2])
    kept = access.vault().read(_KEPT_AS + address)
    return _signed(kept.user_name, kept.refresh_token) if kept else None


def _signed(user: str, password: str) -> Credentials | None:
    from portal.client.connecting.credentials import UserPassword

    return UserPassword(user, password) if user else None


def _carried(named: str) -> tuple[str, str]:
    """Give user and password of an address, "" where it has none; raises `PortalError` for what is no address."""
    from portal.client.connecting.connection import without_user

    try:
        parts = urlsplit(named if "://" in named else f"https://{named}")
    except ValueError as problem:
        raise PortalError("not-a-portal", url=without_user(named)) from problem
    return unquote(parts.username or ""), unquote(parts.password or "")
