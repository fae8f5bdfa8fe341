"""Who works at the practice, asked and changed by its administrators; which doctors see which exams."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.answers.unchanged import need_match, tagged
from portal.server.people.blocking import block, unblock
from portal.server.services import Services
from portal.server.staff.doctors import assign, assignments_of, end_assignment, referral_names
from portal.server.staff.leaving import let_go
from portal.server.staff.members import (
    Inviting,
    add_member,
    change_member,
    invite_member,
    keep_an_administrator,
    member_of,
    member_shape,
    members_of,
)
from portal.wire.addresses import API_PATH
from portal.wire.desk.members import (
    Assignment,
    Assignments,
    NewStaffMember,
    ReferralNames,
    StaffInvited,
    StaffMember,
    StaffMemberEdit,
    StaffMembers,
)

Match = Annotated[str | None, Header(alias="If-Match")]


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes, callers = APIRouter(prefix=f"{API_PATH}/staff", tags=["staff"]), Callers(services)
    _asking(routes, services, callers)
    _changing(routes, services, callers)
    _doctors(routes, services, callers)
    return routes


def inviting(services: Services, caller: Caller) -> Inviting:
    """Say for whom and in whose name something is done."""
    assert caller.practice is not None
    return Inviting(services.settings, services.secret, caller.practice, caller.actor)


def _asking(routes: APIRouter, services: Services, callers: Callers) -> None:
    administrator = Depends(callers.staff_with("administrator"))

    @routes.get("/me")
    def me(caller: Caller = Depends(callers.member)) -> StaffMember:
        """Say who of the practice, or which referring doctor, is signed in."""
        with services.database.reading() as session:
            found = member_of(session, caller.practice or 0, caller.member or "")
            return member_shape(session, *found, services.clock())

    @routes.get("/members")
    def members(caller: Caller = administrator) -> StaffMembers:
        """List who works at the practice, and its referring doctors."""
        with services.database.reading() as session:
            return StaffMembers(members_of(session, caller.practice or 0, services.clock()))

    @routes.get("/members/{member}", response_model=StaffMember)
    def one(member: str, caller: Caller = administrator) -> Response:
        """Give one of them, with the ETag a change needs."""
        with services.database.reading() as session:
            found = member_of(session, caller.practice or 0, member)
            return tagged(member_shape(session, *found, services.clock()))


def _changing(routes: APIRouter, services: Services, callers: Callers) -> None:
    administrator = Depends(callers.staff_with("administrator"))

    @routes.post("/members", status_code=201)
    def add(wanted: NewStaffMember, caller: Caller = administrator) -> StaffInvited:
        """Invite somebody to work with the portal, or a referring doctor."""
        with services.database.writing() as session:
            return add_member(session, inviting(services, caller), wanted, services.clock())

    @routes.patch("/members/{member}", response_model=StaffMember)
    def change(member: str, wanted: StaffMemberEdit, match: Match = None, caller: Caller = administrator) -> Response:
        """Change what somebody may do, and where they are reached."""
        with services.database.writing() as session:
            now, found = services.clock(), member_of(session, caller.practice or 0, member)
            need_match(member_shape(session, *found, now), match)
            return tagged(change_member(session, inviting(services, caller), member, wanted, now))

    @routes.post("/members/{member}/invitation", status_code=201)
    def invite(member: str, caller: Caller = administrator) -> StaffInvited:
        """Make a new activation code; the one before is void."""
        with services.database.writing() as session:
            return invite_member(session, inviting(services, caller), member, services.clock())

    @routes.post("/members/{member}/block")
    def shut(member: str, caller: Caller = administrator) -> StaffMember:
        """End every way in of a member at once."""
        with services.database.writing() as session:
            now, (row, _) = services.clock(), member_of(session, caller.practice or 0, member)
            keep_an_administrator(session, caller.practice or 0, row)
            return member_shape(session, row, block(session, member, caller.actor, now), now)

    @routes.post("/members/{member}/unblock")
    def open_again(member: str, caller: Caller = administrator) -> StaffMember:
        """Let a member in again."""
        with services.database.writing() as session:
            now, (row, _) = services.clock(), member_of(session, caller.practice or 0, member)
            return member_shape(session, row, unblock(session, member, caller.actor, now), now)

    @routes.delete("/members/{member}", status_code=204, response_class=Response)
    def remove(member: str, caller: Caller = administrator) -> Response:
        """Let a member go: their sign-in ends for good, what they did stays in the activity."""
        with services.database.writing() as session:
            let_go(session, inviting(services, caller), member, services.clock())
        return Response(status_code=204)


def _doctors(routes: APIRouter, services: Services, callers: Callers) -> None:
    desk = Depends(callers.staff_with("reception", "reports"))

    @routes.get("/doctors")
    def doctors(caller: Caller = desk) -> StaffMembers:
        """List the referring doctors."""
        with services.database.reading() as session:
            return StaffMembers(members_of(session, caller.practice or 0, services.clock(), doctors=True))

    @routes.get("/doctors/{doctor}")
    def doctor_one(doctor: str, caller: Caller = desk) -> Assignments:
        """Say what a doctor may see, and why."""
        with services.database.reading() as session:
            return assignments_of(session, caller.practice or 0, doctor, services.clock())

    @routes.post("/doctors/{doctor}/assignments")
    def give(doctor: str, given: Assignment, caller: Caller = desk) -> Assignments:
        """Give a doctor exams to see: images and reports at once, whatever their owners see yet."""
        with services.database.writing() as session:
            return assign(session, inviting(services, caller), doctor, given, services.clock())

    @routes.post("/doctors/{doctor}/assignments/end")
    def take(doctor: str, given: Assignment, caller: Caller = desk) -> Assignments:
        """Take it back, at once."""
        with services.database.writing() as session:
            return end_assignment(session, inviting(services, caller), doctor, given, services.clock())

    @routes.get("/referral-names")
    def names(caller: Caller = desk) -> ReferralNames:
        """List how referring physicians are named in what the practice sent."""
        with services.database.reading() as session:
            return referral_names(session, caller.practice or 0)
