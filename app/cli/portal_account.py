"""What all commands of the account have in common: who asks, and what they say in words."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.actions import looking, signing_in
from app.actions.signing_in import Access, vault_warning
from app.cli.terminal import Terminal
from app.places import settings_folder
from core.errors import PortalError

if TYPE_CHECKING:
    from portal.client.account import Portal

LOCAL = "This is the practice portal on this computer: links to it work on this computer alone."
_UID = re.compile(r"[0-9]+(\.[0-9]+)+")


def access() -> Access:
    """Give this person's portals and sign-ins."""
    return Access(settings_folder(), os.environ)


@contextmanager
def signed_in(arguments: argparse.Namespace, terminal: Terminal) -> Iterator[Portal]:
    """Reach the portal that is meant as who is signed in; raises `PortalError` "sign-in-needed" for nobody."""
    mine = access()
    if not (arguments.token_file or os.environ.get(signing_in.TOKEN)):
        warn(mine, terminal)
    portal = signing_in.go_on(mine, arguments.portal, arguments.token_file, arguments.account)
    try:
        yield portal
    finally:
        portal.close()


def warn(mine: Access, terminal: Terminal) -> None:
    """Say where sign-ins are kept, where that is not the keyring."""
    if warning := vault_warning(mine.vault()):
        terminal.complain(warning)


def split_names(names: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part what was named into Study Instance UIDs and exam ids."""
    studies = tuple(name for name in names if _UID.fullmatch(name))
    return studies, tuple(name for name in names if name not in studies)


def exam_id_of(portal: Portal, name: str) -> str:
    """Find the exam that a Study Instance UID or an id names; raises `PortalError` "no-such-exam"."""
    if not _UID.fullmatch(name):
        return name
    exam = looking.exam_with(portal, name)
    if exam is None:
        raise PortalError("no-such-exam", id=name)
    return exam.id
