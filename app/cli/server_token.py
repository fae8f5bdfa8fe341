"""Which token a plain DICOMweb server may see."""

from __future__ import annotations

import argparse
import os
from urllib.parse import urlsplit

from app.portal_access import known_portals
from app.sending import server_address
from core.errors import PortalError
from portal.client.connecting.credentials import Credentials
from portal.client.known_portals import credentials
from portal.client.signing_in.vault import Vault


def server_token(arguments: argparse.Namespace, server: str) -> Credentials | None:
    """Give the token that is meant for a server; the token of a portal elsewhere is never shown to it.

    A portal may be sent to as a plain server too. Where no portal is known, a token file that is named together with
    the server can be for nobody else.
    """
    if not (arguments.token_file or os.environ.get("SCANSHELF_TOKEN")):
        return None
    address = server_address(server)
    if not (_is_at_portal(arguments, address) or (arguments.token_file and not _portal(arguments))):
        return None
    return credentials(address, arguments.token_file, Vault.in_memory(), os.environ)


def _is_at_portal(arguments: argparse.Namespace, address: str) -> bool:
    portal = _portal(arguments)
    return portal is not None and urlsplit(portal)[:2] == urlsplit(address)[:2]


def _portal(arguments: argparse.Namespace) -> str | None:
    try:
        return known_portals().address(arguments.portal, os.environ)
    except PortalError as problem:
        if problem.code != "no-portal":
            raise
        return None
