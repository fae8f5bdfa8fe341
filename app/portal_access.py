"""How the program reaches the person's account: where sign-ins are kept and which portals are known."""

from __future__ import annotations

import os

from app.places import settings_folder
from portal.client.known_portals import KnownPortals
from portal.client.signing_in.vault import Vault


def open_vault() -> Vault:
    """Open what keeps sign-ins."""
    return Vault.open(settings_folder(), os.environ)


def known_portals() -> KnownPortals:
    """Give the portals this person signed in at."""
    return KnownPortals(settings_folder())


def vault_warning(vault: Vault) -> str | None:
    """Say where sign-ins are kept, where that is not the keyring because somebody wanted it so."""
    if vault.kind == "memory":
        return "SCANSHELF_KEYRING=memory: sign-ins are kept in memory only and end with this program."
    if vault.kind == "file":
        return (
            "SCANSHELF_KEYRING=file: sign-ins are kept in a plain file instead of the keyring. "
            "Whoever can read that file can see and share your exams."
        )
    return None
