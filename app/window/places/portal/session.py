"""Who is signed in while the window is open, and where; its methods run in lane threads and may wait for the network.

Every action on the account is handed what this gives.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.actions import sending, sharing, signing_in
from app.actions.signing_in import Access, OpenAccount, vault_warning
from app.practice_portal.running import PracticePortal
from core.errors import PortalError
from core.files.own_folder import OwnFolder
from core.job import Job

if TYPE_CHECKING:
    from library.index.rows import UploadRow
    from portal.client.account import Portal
    from portal.client.known_portals import KnownPortal
    from portal.client.upload.targets.target import Target
    from portal.names import Link
    from portal.wire.accounts import Account
    from portal.wire.well_known import WellKnown

OpenBrowser = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Home:
    """Who is signed in, at which portal; `lasting` is false where it ends with the program.

    `warning` says where the sign-in is kept, where somebody wanted that to be another place than the keyring.
    """

    account: Account
    portal: WellKnown
    url: str
    lasting: bool
    warning: str = ""
    accounts: tuple[KnownPortal, ...] = ()  # all that are signed in on this computer


class PortalSession:
    """One lives as long as the window; it knows which portal is meant and who is signed in there."""

    def __init__(self, settings_folder: Path) -> None:
        self.access = Access(settings_folder, os.environ)
        self.share_links = sharing.share_links(settings_folder)
        self.downloads = OwnFolder(settings_folder / "downloads")
        self.reports = OwnFolder(settings_folder / "reports")
        self.practice = PracticePortal(settings_folder / "practice-portal")
        self._lock = threading.Lock()
        self._here: OpenAccount | None = None
        self._leaving: list[OpenAccount] = []  # who signs out, until it is done

    # -- the way in --

    def resume(self, job: Job) -> Home | None:
        """Go on as who was signed in last; None where nobody was. Starts the practice portal where it was that."""
        last = self.access.last()
        if last is None or (last.user_name is None and signing_in.TOKEN not in os.environ):
            return None
        self._start_practice(last.url, job)
        try:
            return self._settle(signing_in.go_on(self.access, last.url, user_name=last.user_name), job)
        except PortalError as problem:
            if problem.code == "sign-in-needed":
                return None
            raise

    def switch(self, url: str, user_name: str, job: Job) -> Home:
        """Go on as another account that is signed in; raises `PortalError`."""
        self._start_practice(url, job)
        return self._settle(signing_in.go_on(self.access, url, user_name=user_name), job)

    def last_address(self) -> str:
        """Give the address of the portal that was used last, "" where none was."""
        last = self.access.last()
        return last.url if last is not None else ""

    def sign_in(self, url: str, open_browser: OpenBrowser, job: Job, activation_code: str | None = None) -> Home:
        """Let the person sign in, in the browser; raises `PortalError` or `Cancelled`."""
        self._start_practice(url, job)
        return self._settle(signing_in.sign_in(url, open_browser, self.access, job, activation_code), job)

    def try_practice(self, person: tuple[str, str, str] | None, open_browser: OpenBrowser, job: Job) -> Home:
        """Start the practice portal and invite the person (name, birth date, Patient ID), who activates in the browser.

        Without a person somebody signs in who has an account there.
        """
        url = self.practice.start(job)
        code = self.practice.invite(url, *person) if person is not None else None
        return self.sign_in(url, open_browser, job, code)

    def wake(self, job: Job) -> None:
        """Start the practice portal once more where it is the one that does not answer."""
        here = self._here
        if here is not None:
            self._start_practice(here.portal.url, job)

    # -- the way out --

    def begin_sign_out(self) -> None:
        """Note that the person signs out; it is done by `sign_out`, at the latest when the window ends."""
        with self._lock:
            here, self._here = self._here, None
            if here is not None:
                self._leaving.append(here)

    def sign_out(self) -> bool:
        """End the sign-in; false where the portal could not be told."""
        with self._lock:
            leaving, self._leaving = self._leaving, []
        told = [signing_in.sign_out(here.portal, self.access, here.account.user_name) for here in leaving]
        return all(told)

    def signs_out(self) -> bool:
        """Tell whether a sign-out is not done yet."""
        return bool(self._leaving)

    def holds(self) -> bool:
        """Tell whether something is left to be done when the window ends."""
        return self.signs_out() or self.practice.runs()

    def close(self) -> None:
        """Finish a sign-out, close connections and end the practice portal."""
        try:
            self.sign_out()
        finally:
            self._go_to(None)
            self.practice.end()

    # -- what actions are handed --

    def here(self) -> OpenAccount:
        """Give the account; raises `PortalError` "sign-in-needed"."""
        here = self._here  # looked at once: somebody may sign out meanwhile
        if here is None:
            raise PortalError("sign-in-needed")
        if here.portal.url == self.practice.usual_url() and not self.practice.runs():
            raise PortalError("portal-unreachable")  # what else may answer at its port gets no token
        return here

    def portal(self) -> Portal:
        """Give the account's open connection; raises `PortalError` "sign-in-needed"."""
        return self.here().portal

    def links(self) -> dict[str, Link]:
        """Give the links made on this computer at the portal that is asked, by share."""
        here = self._here
        return self.share_links.of(here.portal.url) if here is not None else {}

    def target(self, upload: UploadRow, job: Job) -> Target:
        """Reach the portal an upload goes to, as its account, with a connection of its own, which the queue closes."""
        url, account = upload.target, upload.account or None
        self._start_practice(url, job)
        here = self._here
        same = here is not None and here.portal.url == url and account in {None, here.account.id}
        signed = here.portal.connection.credentials if here is not None and same else None
        return sending.portal_target(url, self.access, signed, account)

    # -- inside --

    def _settle(self, portal: Portal, job: Job) -> Home:
        here = signing_in.enter(portal, self.access, job)
        self._go_to(here)
        vault = self.access.vault()
        accounts = tuple(self.access.known.accounts())
        return Home(here.account, here.about, portal.url, vault.lasting, vault_warning(vault) or "", accounts)

    def _go_to(self, here: OpenAccount | None) -> None:
        """Go on as somebody else, or as nobody; the connection of who was here before is closed."""
        with self._lock:
            before, self._here = self._here, here
        if before is not None:
            before.portal.close()

    def _start_practice(self, url: str, job: Job) -> None:
        if url and url == self.practice.usual_url():
            self.practice.start(job)
