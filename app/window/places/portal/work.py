"""What "My portal" asks of the engines: plain functions for lane threads; the network's libraries come with the first.

One `PortalWork` lives as long as the window. It knows which portal is meant and who is signed in there.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.window.places.portal.practice_portal import PracticePortal
from core.errors import PortalError
from core.files.own_folder import OwnFolder
from core.job import Job
from portal.names import Link, is_link, is_loopback
from portal.wire import API_PATH

if TYPE_CHECKING:
    from library.index.rows import StudyRow, UploadRow
    from library.shelf import Library
    from portal.client.account import Portal
    from portal.client.known_portals import KnownPortals
    from portal.client.signing_in.vault import Vault
    from portal.client.upload.identity import Identified
    from portal.client.upload.pace import Progress
    from portal.client.upload.targets.target import Target
    from portal.names import AccountId, ExamId, ShareId
    from portal.wire import Account, Activity, Exam, NewShare, Share, ShareRequest, WellKnown

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


@dataclass(frozen=True, slots=True)
class Seen:
    """What was asked for at one look; None is what was not asked for."""

    exams: list[Exam] | None = None
    shares: list[Share] | None = None
    activity: list[Activity] | None = None
    on_shelf: frozenset[str] = field(default_factory=frozenset)  # Study Instance UIDs


@dataclass(frozen=True, slots=True)
class Here:
    """The account that is asked, and whose it is."""

    portal: Portal
    account: AccountId


class PortalWork:
    """The account as the window uses it; every method may wait for the network."""

    def __init__(self, settings_folder: Path) -> None:
        self._folder = settings_folder
        self._lock = threading.Lock()
        self._vault: Vault | None = None
        self._here: Here | None = None
        self._leaving: list[Portal] = []  # who signs out, until it is done
        self._left: tuple[str, float] | None = None  # the upload that is being sent, and its seconds
        self._compared: dict[str, tuple[str, str]] = {}  # portal and account, by the study that was asked about
        self._links = ShareLinks(settings_folder / "share-links.json")
        self._downloads = OwnFolder(settings_folder / "downloads")
        self._reports = OwnFolder(settings_folder / "reports")
        self.practice = PracticePortal(settings_folder / "practice-portal")

    # -- the way in --

    def resume(self, job: Job) -> Home | None:
        """Go on as who was signed in last; None where nobody was. Starts the practice portal where it was that."""
        last = self._known().last()
        if last is None or (last.user_name is None and "SCANSHELF_TOKEN" not in os.environ):
            return None
        self._start_practice(last.url, job)
        try:
            portal = self._known().connect(last.url, None, self.vault(), os.environ)
            return self._settle(portal, job)
        except PortalError as problem:
            if problem.code == "sign-in-needed":
                return None
            raise

    def has_history(self) -> bool:
        """Tell, without asking anybody, whether somebody may have been signed in before."""
        return (self._folder / "portals.json").is_file() or "SCANSHELF_PORTAL" in os.environ

    def last_address(self) -> str:
        """Give the address of the portal that was used last, "" where none was."""
        last = self._known().last()
        return last.url if last is not None else ""

    def check(self, address: str) -> tuple[str, WellKnown]:
        """Ask what answers at an address that was typed; raises `PortalError`."""
        from portal.client.account import Portal
        from portal.client.connecting.connection import Connection
        from portal.client.known_portals import portal_address

        url = portal_address(address)
        with Connection(url) as connection:
            return url, Portal(connection).well_known()

    def sign_in(self, url: str, open_browser: OpenBrowser, job: Job, activation_code: str | None = None) -> Home:
        """Let the person sign in, in the browser; raises `PortalError` or `Cancelled`."""
        from portal.client.account import Portal
        from portal.client.connecting.connection import Connection
        from portal.client.signing_in.sign_in import sign_in

        self._start_practice(url, job)
        credentials = sign_in(url, open_browser, job, activation_code, vault=self.vault())
        return self._settle(Portal(Connection(url, credentials)), job)

    def try_practice(self, person: tuple[str, str, str] | None, open_browser: OpenBrowser, job: Job) -> Home:
        """Start the practice portal and invite the person (name, birth date, Patient ID), who activates in the browser.

        Without a person somebody signs in who has an account there.
        """
        url = self.practice.start(job)
        code = self.practice.invite(url, *person) if person is not None else None
        return self.sign_in(url, open_browser, job, code)

    def begin_sign_out(self) -> None:
        """Note that the person signs out; it is done by `sign_out`, at the latest when the window ends."""
        with self._lock:
            here, self._here = self._here, None
            if here is not None:
                self._leaving.append(here.portal)

    def sign_out(self) -> bool:
        """End the sign-in; false where the portal could not be told."""
        with self._lock:
            leaving, self._leaving = self._leaving, []
        told = [self._sign_out(portal) for portal in leaving]
        return all(told)

    def _sign_out(self, portal: Portal) -> bool:
        try:
            told = portal.sign_out()
            self._known().note_signed_out(portal.url)
        finally:
            portal.close()
        return told

    def signs_out(self) -> bool:
        """Tell whether a sign-out is not done yet."""
        return bool(self._leaving)

    def holds(self) -> bool:
        """Tell whether something is left to be done when the window ends."""
        return self.signs_out() or self.practice.runs()

    def wake(self, job: Job) -> None:
        """Start the practice portal once more where it is the one that does not answer."""
        here = self._here
        if here is not None:
            self._start_practice(here.portal.url, job)

    # -- looking --

    def look(self, wanted: Sequence[str], library: Library | None) -> Seen:
        """Ask for exams, shares or activity, and tell the shelf how many shares there are."""
        portal = self.portal()
        exams = portal.exams() if "exams" in wanted else None
        shares = portal.shares() if "shares" in wanted else None
        activity = portal.activity() if "activity" in wanted else None
        on_shelf: set[str] = set()
        if library is not None and exams is not None:
            on_shelf = {row.study_instance_uid for row in library.studies() if row.study_instance_uid}
        if library is not None and shares is not None and not library.read_only:
            library.note_shares(portal.url, shares_by_study(shares))
        return Seen(exams, shares, activity, frozenset(on_shelf))

    def exam_of(self, study_instance_uid: str) -> Exam | None:
        """Find the exam that holds a study."""
        for exam in self.portal().exams():
            if any(study.study_instance_uid == study_instance_uid for study in exam.studies):
                return exam
        return None

    # -- sending --

    def compare(self, row: StudyRow) -> Identified:
        """Compare a study's person with the account."""
        from portal.client.upload.identity import check_identity

        portal = self.portal()
        found = check_identity(portal.whoami(), row)
        self._compared[f"{row.person_key}:{row.key}"] = (portal.url, found.account_id)
        return found

    def send(self, library: Library, study: str, reason: str | None) -> str:
        """Put a study into the queue of the account it was compared with; gives the upload's id."""
        if study not in self._compared:
            raise PortalError("other-account")
        url, account = self._compared.pop(study)
        return library.begin_upload(study, url, "portal", person_confirmed=reason, account=account)

    def run_queue(self, library: Library, job: Job) -> None:
        """Send what waits, until nothing does."""
        from portal.client.upload.queue import run_queue

        try:
            run_queue(library, lambda url: self._target(url, job), job, watch=self._note_time)
        finally:
            self._left = None

    def seconds_left(self) -> dict[str, float]:
        """Give how long what is being sent still takes, by upload; nothing while that is not known."""
        left = self._left
        return {left[0]: left[1]} if left is not None else {}

    def _note_time(self, progress: Progress) -> None:
        sending = progress.step == "upload-send" and progress.seconds_left is not None
        self._left = (progress.upload, progress.seconds_left or 0.0) if sending else None

    def act(self, library: Library, upload: str, action: str) -> None:
        """Pause, resume, stop or begin an upload again."""
        doing = {
            "pause": library.pause_upload,
            "resume": library.resume_upload,
            "again": library.retry_upload,
            "stop": library.cancel_upload,
        }
        doing[action](upload)

    # -- exams --

    def download(self, exam: Exam, job: Job) -> tuple[Path, int]:
        """Bring an exam into a folder of its own, from where it is put on the shelf; goes on where it was.

        Gives the folder, and how many images the portal says are damaged there.
        """
        here = self._signed_in()
        with _folder_trouble():
            about = (here.portal.url, here.account, exam.id)
            self._downloads.adopt(exam.id, *about)
            folder = self._downloads.folder(*about)
        return folder, here.portal.download_exam(exam, folder, job).damaged

    def remove_download(self, folder: Path) -> bool:
        """Remove what `download` brought, once it is on the shelf; what else is there stays. Tells if it is gone."""
        from portal.client.download import is_ours

        return self._downloads.remove(folder, is_ours)

    def report(self, exam: ExamId, job: Job) -> Path:
        """Bring an exam's report into a file of this person alone; gives its path."""
        here = self._signed_in()
        with _folder_trouble():
            folder = self._reports.make()
        path = folder / f"{self._reports.name(here.portal.url, here.account, exam)}.pdf"
        here.portal.bring_report(exam, path, job)
        return path

    # -- sharing --

    def share(self, request: ShareRequest) -> NewShare:
        """Make a share; its link is kept here, its code is not."""
        portal = self.portal()
        made = portal.create_share(request)
        self._links.keep(portal.url, made.share.id, made.url)
        return made

    def links(self) -> dict[str, Link]:
        """Give the links made on this computer at the portal that is asked, by share."""
        here = self._here
        return self._links.of(here.portal.url) if here is not None else {}

    def invitation(self, share: ShareId, code: str | None) -> bytes:
        """Have the invitation drawn, with the link and the code where they are known here."""
        from portal.client.connecting.pages import in_path
        from portal.client.download import looks_like_pdf

        headers = {"Accept": "application/pdf"}
        portal = self.portal()
        link = self._links.of(portal.url).get(share)
        if link:
            headers["Share-Token"] = link.rpartition("/")[2]
        if code:
            headers["Verification-Code"] = code
        connection = portal.connection
        path = f"{API_PATH}/shares/{in_path(share)}/invitation.pdf"
        pdf = connection.read_answer(connection.send("GET", path, headers=headers, stream=True))
        if not looks_like_pdf(pdf):
            raise PortalError("portal-answer", reason="no-pdf")
        return pdf

    def edit_share(self, share: ShareId, until: str) -> Share:
        """Move a share's end."""
        return self.portal().edit_share(share, until)

    def stop_share(self, share: ShareId) -> Share:
        """End a share for good."""
        portal = self.portal()
        ended = portal.revoke_share(share)
        self._links.forget(portal.url, share)
        return ended

    # -- what it stands on --

    def portal(self) -> Portal:
        """Give the account; raises `PortalError` "sign-in-needed"."""
        return self._signed_in().portal

    def _signed_in(self) -> Here:
        here = self._here  # looked at once: somebody may sign out meanwhile
        if here is None:
            raise PortalError("sign-in-needed")
        if here.portal.url == self.practice.usual_url() and not self.practice.runs():
            raise PortalError("portal-unreachable")  # what else may answer at its port gets no token
        return here

    def vault(self) -> Vault:
        """Open the vault, once."""
        from portal.client.signing_in.vault import Vault

        with self._lock:
            if self._vault is None:
                self._vault = Vault.open(self._folder, os.environ)
            return self._vault

    def close(self) -> None:
        """Finish a sign-out, close connections and end the practice portal."""
        try:
            self.sign_out()
        finally:
            self._go_to(None)
            self.practice.end()

    def _settle(self, portal: Portal, job: Job) -> Home:
        from app.portal_access import vault_warning
        from portal.client.known_portals import KnownPortal

        try:
            account, well_known = portal.whoami(), portal.well_known()
            job.check()  # who gave up waiting is not signed in behind their back
        except BaseException:
            portal.close()
            raise
        self._known().note(KnownPortal(portal.url, well_known.portal, account.user_name))
        self._go_to(Here(portal, account.id))
        return Home(account, well_known, portal.url, self.vault().lasting, vault_warning(self.vault()) or "")

    def _go_to(self, here: Here | None) -> None:
        """Go on as somebody else, or as nobody; the connection of who was here before is closed."""
        with self._lock:
            before, self._here = self._here, here
        if before is not None:
            before.portal.close()

    def _known(self) -> KnownPortals:
        from portal.client.known_portals import KnownPortals

        return KnownPortals(self._folder)

    def _start_practice(self, url: str, job: Job) -> None:
        if url and url == self.practice.usual_url():
            self.practice.start(job)

    def _target(self, url: str, job: Job) -> Target:
        """Reach a portal with a connection of its own, which the queue closes."""
        from portal.client.connecting.connection import Connection
        from portal.client.known_portals import credentials
        from portal.client.upload.targets.portal_target import PortalTarget

        self._start_practice(url, job)
        here = self._here
        signed = here.portal.connection.credentials if here is not None and here.portal.url == url else None
        return PortalTarget(Connection(url, signed or credentials(url, None, self.vault(), os.environ)))


class ShareLinks:
    """The links of shares made on this computer: a link alone shows nothing, and no server tells it twice."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def of(self, portal: str) -> dict[str, Link]:
        """Give the links of a portal's shares; what another portal's share is called says nothing of its own."""
        found: dict[str, Link] = {}
        for key, link in self._all().items():
            where, _, share = key.rpartition(" ")
            known = where == portal or (not where and link.startswith(f"{portal}/"))  # older ones name no portal
            if known and (is_loopback(portal) or not is_loopback(link)):
                found[share] = link
        return found

    def keep(self, portal: str, share: ShareId, link: Link) -> None:
        """Keep a link, for its owner's eyes only."""
        with self._lock:
            self._write({**self._all(), f"{portal} {share}": link})

    def forget(self, portal: str, share: ShareId) -> None:
        """Forget the link of a share that ended."""
        with self._lock:
            gone = {f"{portal} {share}", str(share)}
            self._write({key: link for key, link in self._all().items() if key not in gone})

    def _all(self) -> dict[str, Link]:
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return {str(key): Link(link) for key, link in said.items() if is_link(link)} if isinstance(said, dict) else {}

    def _write(self, links: dict[str, Link]) -> None:
        from app.window.shell.settings import write_whole  # makes its files owner-only

        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, json.dumps(links))


@contextmanager
def _folder_trouble() -> Iterator[None]:
    """Say that something else stands where this program's own folder is."""
    try:
        yield
    except (NotADirectoryError, FileExistsError) as problem:
        raise PortalError("downloads-unusable") from problem


def shares_by_study(shares: Sequence[Share]) -> dict[str, int]:
    """Count the shares of each study that can be opened now."""
    counts: dict[str, int] = {}
    for share in shares:
        if share.status in {"active", "viewed"}:
            for study in share.studies:
                counts[study] = counts.get(study, 0) + 1
    return counts


def waiting(rows: Sequence[UploadRow]) -> bool:
    """Tell whether anything is to be sent without being asked for again."""
    return any(row.state in {"waiting", "sending", "waiting-for-network"} and row.kind == "portal" for row in rows)
