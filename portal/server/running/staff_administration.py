"""Who works with the portal, changed on the server's own computer: the first administrator comes from here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from portal.server.base.clock import Clock, system_clock
from portal.server.base.settings import ServerSettings
from portal.server.people.blocking import block, unblock
from portal.server.people.machine_tokens import account_named
from portal.server.running.administration import Administration, administration
from portal.server.running.first_rows import PRACTICE
from portal.server.staff.leaving import let_go
from portal.server.staff.members import (
    Inviting,
    add_member,
    change_member,
    invite_member,
    member_of,
    member_shape,
    members_of,
)
from portal.wire.desk.members import NewStaffMember, Role, StaffInvited, StaffMember, StaffMemberEdit

ACTOR = "the server's own computer"


@dataclass(frozen=True, slots=True)
class StaffAdministration:
    """The members of a practice; ends with `Problem` where something cannot be done."""

    of: Administration

    def members(self) -> tuple[StaffMember, ...]:
        """List them."""
        with self.of.database.reading() as session:
            return members_of(session, PRACTICE, self.of.clock())

    def named(self, user_name: str | None, member: str | None) -> str:
        """Find a member's id by user name or id; raises `Problem("not-found")`."""
        with self.of.database.reading() as session:
            found = member or account_named(session, user_name or "").id
            return member_of(session, PRACTICE, found)[1].id

    def add(self, wanted: NewStaffMember) -> StaffInvited:
        """Invite somebody."""
        with self.of.database.writing() as session:
            return add_member(session, self._inviting(), wanted, self.of.clock())

    def invite(self, member: str) -> StaffInvited:
        """Make a new code for somebody who has not come in yet."""
        with self.of.database.writing() as session:
            return invite_member(session, self._inviting(), member, self.of.clock())

    def change(self, member: str, act: str, roles: tuple[Role, ...]) -> StaffMember | None:
        """Do one of "roles", "block", "unblock", "remove"; gives the member as they are then."""
        with self.of.database.writing() as session:
            now = self.of.clock()
            if act == "remove":
                let_go(session, self._inviting(), member, now)
                return None
            if act == "roles":
                return change_member(session, self._inviting(), member, StaffMemberEdit(roles=roles), now)
            row, _ = member_of(session, PRACTICE, member)
            account = {"block": block, "unblock": unblock}[act](session, member, ACTOR, now)
            return member_shape(session, row, account, now)

    def _inviting(self) -> Inviting:
        return Inviting(self.of.settings, self.of.secret, PRACTICE, ACTOR)


@contextmanager
def staff_administration(settings: ServerSettings, *, clock: Clock = system_clock) -> Iterator[StaffAdministration]:
    """Open the data folder; raises `Problem` as its methods do."""
    with administration(settings, clock=clock) as practice:
        yield StaffAdministration(practice)
