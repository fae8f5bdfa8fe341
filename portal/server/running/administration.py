"""What a practice does on the server's own computer, whether the server runs or not: invite, activate, make tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from core.files.whole import write_for_good
from core.job import Job
from portal.server.access.caller import Caller
from portal.server.activity.sealing import seal_key
from portal.server.activity.verifying import VerifiedActivity, verify_activity
from portal.server.base.clock import Clock, system_clock
from portal.server.base.database import Database
from portal.server.base.password_hashes import Passwords
from portal.server.base.problems import Problem
from portal.server.base.settings import ServerSettings
from portal.server.exams.release_rules import change_rules, rules_of
from portal.server.exams.reports import complete_report
from portal.server.factors.resetting import reset_factor
from portal.server.migrations import is_current, migrate
from portal.server.objects.opening import open_store
from portal.server.objects.soundness import Soundness
from portal.server.objects.verifying import Verified, verify
from portal.server.people.account_shapes import practice_shape
from portal.server.people.activation import Activations
from portal.server.people.inviting import invite_and_tell
from portal.server.people.machine_tokens import (
    DAYS_MOST,
    MachineToken,
    account_named,
    end_token,
    living_tokens,
    machine_token,
)
from portal.server.people.practices.adding import add_another, all_practices
from portal.server.people.reinstating import reinstate
from portal.server.receiving.filing import file_waiting
from portal.server.receiving.receipt_keys import ReceiptKeys
from portal.server.removing.deleting import Deleted, delete_account
from portal.server.removing.removing import RemovalRequest, allow, removals
from portal.server.removing.take_out import take_out
from portal.server.running.data_folder import make_folders, noted_address, only_server, read_secret
from portal.server.running.data_trouble import data_trouble
from portal.server.running.first_rows import PRACTICE, STAFF_LABEL, add_practice, seal_activity
from portal.wire.accounts import AccountTokens, Activation, Invitation, Invited
from portal.wire.desk.practice import PracticeRules, Removal, Removals
from portal.wire.exams import Exam
from portal.wire.people import Practice
from portal.wire.receipts import PublicKey


@dataclass(frozen=True, slots=True)
class Administration:
    """The data folder of one portal, opened beside its server; ends with `Problem` where something cannot be done."""

    settings: ServerSettings
    database: Database
    secret: bytes
    clock: Clock
    practice: int = PRACTICE

    def invite(self, invitation: Invitation) -> Invited:
        """Make an account for a person, or a new code for one that waits for its person."""
        with self.database.writing() as session:
            made = invite_and_tell(session, self.settings, self.secret, self.practice, invitation, self.clock())
        file_waiting(self.database, self.clock)
        return made

    def activate(self, activation: Activation) -> None:
        """Take over the account of a code."""
        Activations(self.database, Passwords(), self.secret, self.clock).activate(activation)

    def token(self, user_name: str, days: int, label: str | None = None) -> MachineToken:
        """Make a token for a person's own programs, for a year at most."""
        if not 1 <= days <= DAYS_MOST:
            raise Problem("invalid-request", fields=[{"field": "days", "reason": "out-of-range"}])
        with self.database.writing() as session:
            return machine_token(session, user_name, days, self.clock(), label)

    def tokens(self, user_name: str) -> AccountTokens:
        """List what opens a person's account now."""
        with self.database.reading() as session:
            return living_tokens(session, account_named(session, user_name).id, self.clock())

    def revoke_token(self, user_name: str, token_id: str) -> None:
        """End one of them at once."""
        with self.database.writing() as session:
            end_token(session, account_named(session, user_name).id, token_id, self.clock())

    def delete_account(self, user_name: str) -> Deleted:
        """Delete a person's account with what they brought; where other practices have it too, this one's part."""
        if self._is_elsewhere():
            raise Problem("conflict", reason="store-elsewhere")
        with self.database.reading() as session:
            account = account_named(session, user_name).id
        return delete_account(self.database, self.settings, account, self.practice, self.clock)

    def reinstate(self, user_name: str) -> None:
        """Open an account again that rests after a year without a sign-in; its exams and shares are as they were."""
        with self.database.writing() as session:
            reinstate(session, account_named(session, user_name), self.clock())

    def reset_factor(self, user_name: str) -> None:
        """Take a lost second factor away: the password alone opens the account then; its person is told."""
        with self.database.writing() as session:
            reset_factor(session, self.settings, account_named(session, user_name), self.clock())

    def rules(self) -> PracticeRules:
        """Say in which time zone scans are made, and when reports may be seen."""
        with self.database.reading() as session:
            return rules_of(session, self.practice)

    def change_rules(self, wanted: PracticeRules) -> PracticeRules:
        """Change what is said of it."""
        with self.database.writing() as session:
            return change_rules(session, self.practice, wanted, self.clock())

    def complete_report(self, exam: str, completed_at: str | None) -> Exam:
        """Take the notice that the report of an exam is complete."""
        with self.database.writing() as session:
            return complete_report(session, self._staff(), exam, completed_at, self.clock())

    def remove(self, wanted: RemovalRequest) -> Removal:
        """Take out a misfiled exam, study, image or report; refused where the images are kept elsewhere."""
        if self._is_elsewhere():
            raise Problem("conflict", reason="store-elsewhere")
        return take_out(self.database, self.settings, self._staff(), wanted, self.clock)

    def removals(self) -> Removals:
        """List what was taken out."""
        with self.database.reading() as session:
            return removals(session, self._staff())

    def allow(self, removal: str) -> Removal:
        """Let what was taken out be sent again."""
        with self.database.writing() as session:
            return allow(session, self._staff(), removal, self.clock())

    def add_practice(self, wanted: Practice) -> tuple[int, Path]:
        """Add another practice; gives its number, and the file with a token for its own programs."""
        with self.database.writing() as session:
            number, token = add_another(session, wanted, STAFF_LABEL, self.clock())
            file = self.settings.staff_token_file.with_name(f"staff-token-{number}")
            write_for_good(file, token)
        return number, file

    def practices(self) -> dict[int, Practice]:
        """List the practices of the portal by their numbers."""
        with self.database.reading() as session:
            return {row.id: practice_shape(row) for row in all_practices(session)}

    def _staff(self) -> Caller:
        return Caller("staff", practice=self.practice)

    def rotate_key(self) -> PublicKey:
        """Sign receipts with a new key from now on, also in a server that runs; gives it."""
        return ReceiptKeys(self.settings.receipt_keys_file, self.clock).rotate()

    def _is_elsewhere(self) -> bool:
        """Tell whether no image was ever kept in the folder that is named: the right one has to be said."""
        return self.settings.store_url is None and not any(self.settings.objects.iterdir())

    def verify(self, job: Job) -> Verified:
        """Read every object again, whether the server runs or not, and mark what is damaged or missing."""
        store = open_store(self.settings, self.database)
        return verify(self.database, Soundness(store, self.database, self.clock), job)

    def verify_activity(self, job: Job) -> VerifiedActivity:
        """Follow the hash chain of every account's activity."""
        return verify_activity(self.database, job)


@contextmanager
def administration(
    settings: ServerSettings, *, clock: Clock = system_clock, practice: int = PRACTICE
) -> Iterator[Administration]:
    """Open the data folder for one of its practices; links are made from the address its server had last.

    Raises `Problem("not-found")` where there is no such practice.
    """
    with ExitStack() as stack:
        with data_trouble(settings):
            opened = _opened(settings, stack, clock)
        if practice != PRACTICE and practice not in opened.practices():
            raise Problem("not-found", field="practice")
        yield replace(opened, practice=practice)


def _opened(settings: ServerSettings, stack: ExitStack, clock: Clock) -> Administration:
    make_folders(settings)
    noted = noted_address(settings.address_file)
    if noted is not None:
        settings = replace(settings, public_url=noted[0], local=noted[1])
    secret = read_secret(settings)
    database = Database(settings.database, seal_key(secret))
    stack.callback(database.close)
    if not is_current(database):
        _make_current(database, settings)
    add_practice(database, settings, clock)
    seal_activity(database, settings)
    return Administration(settings, database, secret, clock)


def _make_current(database: Database, settings: ServerSettings) -> None:
    with only_server(settings):
        migrate(database)
