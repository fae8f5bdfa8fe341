"""What the window knows of the account: who is signed in, and the exams and shares of the last look."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.window.places.portal.session import Home
    from portal.wire.exams import Exam
    from portal.wire.sharing import Share


class KnownAccount:
    """Asks nobody: what is not known here was not told yet."""

    def __init__(self) -> None:
        self.home: Home | None = None
        self.exams: list[Exam] = []
        self.shares: list[Share] = []

    @property
    def url(self) -> str:
        """The portal where somebody is signed in, "" where nobody is."""
        return self.home.url if self.home is not None else ""

    def whose_accounts(self) -> dict[str, str]:
        """Name the persons of the accounts on this computer by the accounts' ids; nobody where there is but one."""
        accounts = self.home.accounts if self.home is not None else ()
        named = {one.account: one.person or one.user_name or "" for one in accounts if one.account}
        return named if len(named) > 1 else {}

    def exam(self, key: str) -> Exam | None:
        """Give an exam of the last look."""
        return next((exam for exam in self.exams if exam.id == key), None)

    def share(self, key: str) -> Share | None:
        """Give a share of the last look."""
        return next((share for share in self.shares if share.id == key), None)

    def forget(self) -> None:
        """Nobody is signed in any more."""
        self.home, self.exams, self.shares = None, [], []
