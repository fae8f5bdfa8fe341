"""Where the practice's own programs read and change its rules."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.exams.release_rules import change_rules, rules_of
from portal.server.services import Services
from portal.wire.desk.practice import PracticeRules


def add_routes(routes: APIRouter, services: Services, callers: Callers) -> None:
    """Add the routes of this part."""

    @routes.get("/staff/practice", tags=["staff"])
    def rules(caller: Caller = Depends(callers.staff)) -> PracticeRules:
        """Say in which time zone scans are made, and when reports may be seen."""
        with services.database.reading() as session:
            return rules_of(session, caller.practice or 0)

    @routes.patch("/staff/practice", tags=["staff"])
    def change(wanted: PracticeRules, caller: Caller = Depends(callers.staff_with("administrator"))) -> PracticeRules:
        """Change what is said of it. A report that can be seen already is not taken back by another time zone."""
        with services.database.writing() as session:
            return change_rules(session, caller.practice or 0, wanted, services.clock())
