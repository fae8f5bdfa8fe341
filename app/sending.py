"""How a study on its way to a server is reached from the program: the account, or a plain DICOMweb server."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from app.build import Workers
from core.errors import PortalError
from library.shelf import Library
from portal.client.connecting.connection import Connection, base_url, without_user
from portal.client.connecting.credentials import Credentials, UserPassword
from portal.client.upload.targets.dicomweb_target import DicomwebTarget


def server_address(named: str) -> str:
    """Give a DICOMweb server's address as the queue keeps it, without user and password; raises `PortalError`."""
    return base_url(named if "://" in named else f"https://{named}")


def dicomweb_target(named: str, library: Library, workers: Workers, token: Credentials | None = None) -> DicomwebTarget:
    """Reach a DICOMweb server, signed with what its address carries, or else with a token that is meant for it."""
    try:
        parts = urlsplit(named if "://" in named else f"https://{named}")
    except ValueError as problem:
        raise PortalError("not-a-portal", url=without_user(named)) from problem
    address = server_address(named)
    signed = UserPassword(unquote(parts.username), unquote(parts.password or "")) if parts.username else token
    return DicomwebTarget(Connection(address, signed), workers.compare, library.incoming)
