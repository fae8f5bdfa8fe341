"""Every route of the portal, and what each role at the practice is answered: a staff route nobody gave a rule fails."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from fastapi.routing import APIRoute

from portal.server.access.callers import StaffQuestion
from portal.server.http.app import make_app
from tests.portal_tools import Portal
from tests.unit.portal.server.http.test_who_may_ask import CALLERS, OPEN, TABLE, World, furnished, routes_of

STAFF = "/api/v1/staff"
ROLES = ("reception", "administrator", "doctor", "reports")  # the last one may take out what the others ask for
ANY_ROLE = ("reception", "administrator", "reports")
# what needs no role in particular, or is for those who sign in themselves
WITHOUT_ROLE = {
    f"GET {STAFF}/practice": ANY_ROLE,
    f"GET {STAFF}/practice/card": ANY_ROLE,
    f"GET {STAFF}/me": (*ANY_ROLE, "doctor"),
}
EVERYBODYS = {"GET /api/v1/exams": "", "GET /api/v1/exams/{exam}": ""}  # the desk has to know which exams there are
OWN_SIGN_IN = ("/api/v1/account/second-factor", "/api/v1/account/passkeys")  # theirs as anybody's
NOT_ALLOWED = HTTPStatus.FORBIDDEN


@pytest.fixture
def world(portal: Portal) -> World:
    """Give the world of every caller, with one member of each role; the doctor was given Anna's exam."""
    made = furnished(portal)
    members = {role: portal.member(role, name=f"{role} of the practice") for role in ROLES}
    given = {"exam": made.names["exam"]}
    doctor = members["doctor"].account_id
    portal.said(200, portal.post(f"{STAFF}/doctors/{doctor}/assignments", portal.staff_token, json=given))
    made.callers.clear()
    made.callers.update({role: f"Bearer {member.token}" for role, member in members.items()})
    return made


def test_each_role_is_answered_as_the_rules_say(world: World) -> None:
    needed, wrong = roles_needed(world.portal), {}
    for route, said in TABLE.items():
        found = {role: world.asked(route, secret) for role, secret in world.callers.items()}
        expected = _expected(route, said, needed.get(route), found)
        if found != expected:
            wrong[route] = {
                role: (status, expected[role]) for role, status in found.items() if status != expected[role]
            }
    assert wrong == {}


def test_every_staff_route_says_which_role_it_needs(portal: Portal) -> None:
    needed = roles_needed(portal)
    staff = {route for route in TABLE if STAFF in route}
    assert {route for route in staff if not needed.get(route)} == set(WITHOUT_ROLE)
    assert {role for roles in needed.values() for role in roles} == {"reception", "reports", "administrator"}


def test_a_wrong_role_is_told_which_one_is_needed(portal: Portal) -> None:
    reception = portal.member("reception")
    refused = portal.get(f"{STAFF}/members", reception.token)
    said = portal.said(403, refused)
    assert (said["type"], said["roles"]) == ("urn:scanshelf:problem:role-needed", ["administrator"])


def _expected(route: str, said: str, needed: tuple[str, ...] | None, found: dict[str, int]) -> dict[str, int]:
    """Say what each role is answered: as the practice's own program, or that it may not."""
    if said == OPEN:
        return dict.fromkeys(ROLES, found["doctor"])
    by_caller = dict(zip(CALLERS, map(int, said.split()), strict=True))
    if route.split(" ")[1].startswith(OWN_SIGN_IN):
        return dict.fromkeys(ROLES, by_caller["stranger"])
    program = by_caller["staff"]
    method = route.split(" ")[0]
    if STAFF in route:
        may = needed or WITHOUT_ROLE[route]
        answer = 200 if route == f"GET {STAFF}/me" else program
    elif method != "GET" or program in (401, 403):
        may, answer = ("reports",), program
    else:  # what is there to be looked at
        may, answer = (*ANY_ROLE, "doctor") if route in EVERYBODYS else ("reports", "doctor"), program
    if program == HTTPStatus.UNAUTHORIZED:
        return dict.fromkeys(ROLES, program)
    return {role: answer if role in may else int(NOT_ALLOWED) for role in ROLES}


def roles_needed(portal: Portal) -> dict[str, tuple[str, ...]]:
    """Read off the routes themselves which roles each of them needs."""
    found: dict[str, tuple[str, ...]] = {}
    for route in routes_of(make_app(portal.services).routes):
        for method in (route.methods or set()) - {"HEAD"}:
            found[f"{method} {route.path}"] = tuple(role for each in _questions(route) for role in each.roles)
    return found


def _questions(route: APIRoute) -> Iterator[StaffQuestion]:
    waiting = list(route.dependant.dependencies)
    while waiting:
        part = waiting.pop()
        waiting += part.dependencies
        if isinstance(part.call, StaffQuestion):
            yield part.call
