"""Signing in at a portal, going on as who signed in before, and signing out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.errors import PortalError
from core.job import Job

if TYPE_CHECKING:
    from app.build import Workers
    from portal.client.account import Portal
    from portal.client.connecting.credentials import Credentials
    from portal.client.known_portals import KnownPortal, KnownPortals
    from portal.client.letter_links import LetterLink
    from portal.client.signing_in.device import DeviceCode
    from portal.client.signing_in.vault import Vault
    from portal.wire.accounts import Account
    from portal.wire.well_known import WellKnown

TOKEN = "SCANSHELF_TOKEN"


class Access:
    """Which portals this person knows, and where their sign-ins are kept; opened when first needed. Thread-safe."""

    def __init__(self, settings_folder: Path, environment: Mapping[str, str]) -> None:
        self.folder, self.environment = settings_folder, environment
        self._opening = threading.Lock()
        self._vault: Vault | None = None

    @property
    def known(self) -> KnownPortals:
        """Give the portals this person signed in at."""
        from portal.client.known_portals import KnownPortals

        return KnownPortals(self.folder)

    def vault(self) -> Vault:
        """Give what keeps sign-ins."""
        from portal.client.signing_in.vault import Vault

        with self._opening:
            if self._vault is None:
                self._vault = Vault.open(self.folder, self.environment)
            return self._vault

    def vault_of_no_use(self) -> Vault:
        """Give a vault that keeps nothing, for who signs with a token."""
        from portal.client.signing_in.vault import Vault

        return Vault.in_memory()

    def address(self, named: str | None) -> str:
        """Say which portal is meant: the one named, the environment's, the last; raises `PortalError` "no-portal"."""
        return self.known.address(named, self.environment)

    def has_history(self) -> bool:
        """Tell, without asking anybody, whether somebody may have been signed in before."""
        return (self.folder / "portals.json").is_file() or "SCANSHELF_PORTAL" in self.environment

    def last(self) -> KnownPortal | None:
        """Give the portal that was used last."""
        return self.known.last()


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """An account that was reached: whose it is, what its portal says of itself, and the open connection."""

    portal: Portal
    account: Account
    about: WellKnown


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Whether somebody had been signed in, and whether the portal was told."""

    was_signed_in: bool
    told: bool


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


def typed_address(named: str) -> str:
    """Give the address of a portal as it is kept, from what was typed; raises `PortalError`."""
    from portal.client.known_portals import portal_address

    return portal_address(named)


def read_letter(text: str) -> LetterLink:
    """Read the link of a practice's letter, or an address as it was typed; raises `PortalError`."""
    from portal.client.letter_links import read_letter

    return read_letter(text)


def read_letter_picture(path: str, workers: Workers, job: Job) -> LetterLink:
    """Read the link out of a picture of a letter; raises `PortalError` "no-qr-code" where there is none."""
    from core.errors import DicomError, WorkerError
    from dicom.source import FileContent

    try:
        found = workers.qr_texts(FileContent(path, path), job)
    except (DicomError, WorkerError, OSError) as problem:
        raise PortalError("no-qr-code", path=path) from problem
    for text in found:
        with suppress(PortalError):
            return read_letter(text)
    raise PortalError("no-qr-code", path=path)


def ask_portal(url: str) -> WellKnown:
    """Ask what answers at an address; raises `PortalError` "not-a-portal" where it is none."""
    from portal.client.account import Portal
    from portal.client.connecting.connection import Connection

    with Connection(url) as connection:
        return Portal(connection).well_known()


def go_on(
    access: Access, named: str | None = None, token_file: str | None = None, user_name: str | None = None
) -> Portal:
    """Reach a portal as an account or who used it last, or with a token; raises `PortalError` "sign-in-needed"."""
    token = token_file or access.environment.get(TOKEN)
    vault = access.vault_of_no_use() if token else access.vault()
    return access.known.connect(named, token_file, vault, access.environment, None if token else user_name)


def sign_in(
    url: str, open_browser: Callable[[str], bool], access: Access, job: Job, activation_code: str | None = None
) -> Portal:
    """Let the person sign in, in the browser; raises `PortalError` or `Cancelled`."""
    from portal.client.account import Portal
    from portal.client.connecting.connection import Connection
    from portal.client.signing_in.sign_in import sign_in

    return Portal(Connection(url, sign_in(url, open_browser, job, activation_code, vault=access.vault())))


def sign_in_elsewhere(url: str, show: Callable[[DeviceCode], None], access: Access, job: Job) -> Portal:
    """Let the person type a short code on another device; raises `PortalError` or `Cancelled`."""
    from portal.client.account import Portal
    from portal.client.connecting.connection import Connection
    from portal.client.signing_in.device import device_sign_in

    return Portal(Connection(url, device_sign_in(url, show, job, vault=access.vault())))


def enter(portal: Portal, access: Access, job: Job) -> OpenAccount:
    """Ask who we are taken for, and remember the portal; where that fails the connection is closed.

    Raises `PortalError`, and `Cancelled`: who gave up waiting is not signed in behind their back.
    """
    from dicom.people.names import display_name
    from portal.client.known_portals import KnownPortal

    try:
        account, about = portal.whoami(), portal.well_known()
        job.check()
    except BaseException:
        portal.close()
        raise
    person = display_name(account.persons[0].patient_name) if account.persons else None
    access.known.note(KnownPortal(portal.url, about.portal, account.user_name, account.id, person))
    return OpenAccount(portal, account, about)


def sign_out(portal: Portal, access: Access, user_name: str | None = None) -> bool:
    """End the sign-in of an open account and close it; false where the portal could not be told."""
    try:
        told = portal.sign_out()
        access.known.note_signed_out(portal.url, user_name)
    finally:
        portal.close()
    return told


def forget_sign_in(url: str, access: Access, user_name: str | None = None) -> SignedOut:
    """End the sign-in that is kept for an account, or else a portal's last one; forgotten here in any case."""
    from portal.client.signing_in.signed_in import SignedIn

    vault = access.vault()
    user_name = user_name or access.known.user_at(url)
    was_signed_in = vault.read(vault.entry_of(url, user_name)) is not None
    told = SignedIn(url, vault, user_name=user_name).sign_out()
    access.known.note_signed_out(url, user_name)
    return SignedOut(was_signed_in, told)


def token_for_server(server: str, access: Access, named: str | None, token_file: str | None) -> Credentials | None:
    """Give the token that is meant for a DICOMweb server; the token of a portal elsewhere is never shown to it.

    A portal may be sent to as a plain server too. Where no portal is known, a token file that is named together with
    the server can be for nobody else.
    """
    from portal.client.known_portals import credentials

    if not (token_file or access.environment.get(TOKEN)):
        return None
    portal = _portal_of(access, named)
    at_portal = portal is not None and urlsplit(portal)[:2] == urlsplit(server)[:2]
    if not (at_portal or (token_file and portal is None)):
        return None
    return credentials(server, token_file, access.vault_of_no_use(), access.environment)


def _portal_of(access: Access, named: str | None) -> str | None:
    try:
        return access.address(named)
    except PortalError as problem:
        if problem.code != "no-portal":
            raise
        return None
