"""What all commands of the account have in common: who asks, and what they say in words."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.terminal import Terminal
from app.portal_access import known_portals, open_vault, vault_warning
from core.errors import PortalError
from portal.client.account import Portal
from portal.client.signing_in.vault import Vault

LOCAL = "This is the practice portal on this computer: links to it work on this computer alone."
_UID = re.compile(r"[0-9]+(\.[0-9]+)+")


@contextmanager
def signed_in(arguments: argparse.Namespace, terminal: Terminal) -> Iterator[Portal]:
    """Reach the portal that is meant as who is signed in; raises `PortalError` "sign-in-needed" for nobody."""
    token = arguments.token_file or os.environ.get("SCANSHELF_TOKEN")
    vault = Vault.in_memory() if token else loud_vault(terminal)
    portal = known_portals().connect(arguments.portal, arguments.token_file, vault, os.environ)
    try:
        yield portal
    finally:
        portal.close()


def loud_vault(terminal: Terminal) -> Vault:
    """Open what keeps sign-ins, and say where it is not the keyring."""
    vault = open_vault()
    if warning := vault_warning(vault):
        terminal.complain(warning)
    return vault


def split_names(names: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part what was named into Study Instance UIDs and exam ids."""
    studies = tuple(name for name in names if _UID.fullmatch(name))
    return studies, tuple(name for name in names if name not in studies)


def exam_id_of(portal: Portal, name: str) -> str:
    """Find the exam that a Study Instance UID or an id names; raises `PortalError` "no-such-exam"."""
    if not _UID.fullmatch(name):
        return name
    for exam in portal.exams():
        if name in {study.study_instance_uid for study in exam.studies}:
            return exam.id
    raise PortalError("no-such-exam", id=name)
