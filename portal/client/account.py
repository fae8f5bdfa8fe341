"""One account at one portal: everything that is asked of it, as plain calls."""

from __future__ import annotations

from pathlib import Path

from core.errors import PortalError
from core.job import Job
from portal.client import activity, download, exams, shares
from portal.client.connecting.connection import Connection
from portal.client.connecting.known_answers import KnownAnswers
from portal.client.signing_in.signed_in import SignedIn
from portal.names import ExamId
from portal.wire.accounts import Account
from portal.wire.activity import Activity
from portal.wire.addresses import API_PATH, WELL_KNOWN_PATH
from portal.wire.exams import Exam
from portal.wire.sharing import NewShare, Share, ShareRequest
from portal.wire.well_known import WellKnown


class Portal:
    """The account of whoever signs the connection; shared by threads."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._known = KnownAnswers(connection)
        self._well_known: WellKnown | None = None

    @property
    def url(self) -> str:
        """Give the portal's address."""
        return self.connection.url

    def well_known(self) -> WellKnown:
        """Ask what the portal is and can, once; raises `PortalError` "not-a-portal" where it is none."""
        if self._well_known is None:
            self._well_known = _well_known(self.connection)
        return self._well_known

    def whoami(self) -> Account:
        """Ask whose account it is."""
        return self.connection.ask(Account, "GET", f"{API_PATH}/account")

    def exams(self) -> list[Exam]:
        """List all exams, newest first."""
        return exams.list_exams(self._known)

    def exam(self, exam_id: str) -> Exam:
        """Give one exam; raises `PortalError` "no-such-exam"."""
        return exams.one_exam(self.connection, exam_id)

    def download_exam(self, exam: Exam, folder: Path, job: Job) -> download.Downloaded:
        """Bring images and report into a folder, checked; goes on where an earlier try ended."""
        return download.download_exam(self.connection, exam, folder, job)

    def bring_report(self, exam_id: ExamId, file: Path, job: Job) -> None:
        """Bring an exam's report into a file; raises `PortalError` for what is no PDF."""
        download.bring_report(self.connection, exam_id, file, job)

    def create_share(self, request: ShareRequest) -> NewShare:
        """Share studies or exams; link and codes are told this once."""
        return shares.create(self.connection, request)

    def shares(self) -> list[Share]:
        """List every share ever made, newest first."""
        return shares.list_shares(self._known)

    def share(self, share_id: str) -> Share:
        """Give one share; raises `PortalError` "no-such-share"."""
        return shares.one_share(self.connection, share_id)

    def edit_share(self, share_id: str, until: str) -> Share:
        """Move the moment (UTC) at which a share ends; its link stays."""
        return shares.edit(self.connection, share_id, until)

    def revoke_share(self, share_id: str) -> Share:
        """End a share now and for good."""
        return shares.revoke(self.connection, share_id)

    def invitation(self, share_id: str, link: str | None, code: str | None) -> bytes:
        """Have a share's invitation drawn as PDF, with the link and the code where they are known."""
        return shares.invitation(self.connection, share_id, link, code)

    def activity(self, exam: str | None = None, share: str | None = None) -> list[Activity]:
        """List what happened, newest first: in all, with an exam, or with a share."""
        return activity.list_activity(self._known, exam, share)

    def sign_out(self) -> bool:
        """End the sign-in here and at the portal; false where the portal could not be told."""
        signed = self.connection.credentials
        return signed.sign_out() if isinstance(signed, SignedIn) else True

    def close(self) -> None:
        """Close what is open."""
        self.connection.close()


def _well_known(connection: Connection) -> WellKnown:
    try:
        return connection.ask(WellKnown, "GET", WELL_KNOWN_PATH)
    except PortalError as problem:
        if problem.code in {"not-found", "portal-answer"}:
            raise PortalError("not-a-portal", url=connection.url) from problem
        raise
