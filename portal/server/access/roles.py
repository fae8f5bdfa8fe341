"""What those who work at the practice may do: each staff route names the roles of which one is needed.

A program of the practice's own (a staff token) may do all of it. A referring doctor is none of them: they see the
exams they were given, and nothing else.
"""

from __future__ import annotations

from typing import get_args

from portal.server.access.caller import Caller
from portal.server.base.problems import Problem
from portal.wire.desk.members import Role

ROLES: tuple[Role, ...] = get_args(Role)
LOOKING: tuple[Role, ...] = ("reports",)  # images and reports are no business of the desk


def need_role(caller: Caller, *roles: Role) -> None:
    """Raise `Problem("role-needed")` where a staff member has none of these; without any, every member may."""
    if caller.kind == "staff" and caller.member is not None and roles and not caller.roles & set(roles):
        raise Problem("role-needed", roles=list(roles))


def roles_of(written: str) -> frozenset[Role]:
    """Read roles as a row keeps them; what this version does not know gives no right."""
    return frozenset(role for role in ROLES if role in written.split())


def written_roles(roles: frozenset[Role] | set[Role]) -> str:
    """Write roles as a row keeps them."""
    return " ".join(role for role in ROLES if role in roles)
