"""The practice's patients: found, made, invited, blocked, opened again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.answers.unchanged import need_match, tagged
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountRow, PatientRow
from portal.server.people.blocking import block, unblock
from portal.server.people.contact import contact_by_practice
from portal.server.people.inviting import invite_again
from portal.server.people.reinstating import reinstate
from portal.server.receiving.filing import file_waiting
from portal.server.removing.asking import end_shares
from portal.server.services import Services
from portal.server.staff.finding import PAGE_MOST, find_patients
from portal.server.staff.letter import activation_letter
from portal.server.staff.member_routes import inviting
from portal.server.staff.once import made_before, remember
from portal.server.staff.patient_shapes import patient_shape, patient_shapes
from portal.server.staff.patients import change_patient, make_patient, patient_of
from portal.wire.accounts import AccountEdit, Invited
from portal.wire.addresses import API_PATH
from portal.wire.desk.patients import Blocking, NewPatient, Patient, PatientEdit, PatientPage

Match = Annotated[str | None, Header(alias="If-Match")]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)]
Code = Annotated[str, Header(alias="Activation-Code", max_length=100)]
Most = Annotated[int, Query(alias="limit", ge=1, le=PAGE_MOST)]
Asked = Annotated[str, Query(alias="q", max_length=200)]
Number = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes, callers = APIRouter(prefix=f"{API_PATH}/staff", tags=["staff"]), Callers(services)
    _finding(routes, services, callers)
    _changing(routes, services, callers)
    _inviting(routes, services, callers)
    _accounts(routes, services, callers)
    return routes


def _finding(routes: APIRouter, services: Services, callers: Callers) -> None:
    staff = Depends(callers.staff_with("reception", "reports"))

    @routes.get("/patients")
    def patients(q: Asked = "", cursor: Number = None, most: Most = 20, caller: Caller = staff) -> PatientPage:
        """Find patients by words of the name in any script, birth date and Patient ID, typed in one line."""
        with services.database.reading() as session:
            rows, following = find_patients(session, caller.practice or 0, q, cursor, most)
            shapes = patient_shapes(session, rows, services.clock())
            return PatientPage(tuple(shapes), str(following) if following is not None else None)

    @routes.get("/patients/{patient}", response_model=Patient)
    def one(patient: int, caller: Caller = staff) -> Response:
        """Give one of them, with the ETag a change needs."""
        with services.database.reading() as session:
            row = patient_of(session, caller.practice or 0, patient)
            return tagged(patient_shape(session, row, services.clock()))


def _changing(routes: APIRouter, services: Services, callers: Callers) -> None:
    desk = Depends(callers.staff_with("reception"))

    @routes.post("/patients", status_code=201, response_model=Patient)
    def make(wanted: NewPatient, key: Key = None, caller: Caller = desk) -> Response:
        """Make a patient; somebody like them is asked about first, and nobody is joined in silence."""
        with services.database.writing() as session:
            now = services.clock()
            before = made_before(session, caller, key, wanted)
            row = session.get_one(PatientRow, before) if before else None
            if row is None:
                row = make_patient(session, inviting(services, caller), wanted, now)
                remember(session, caller, key, wanted, row.id, now)
            made = tagged(patient_shape(session, row, now), 201)
        file_waiting(services.database, services.clock)  # what came before the person was known
        return made

    @routes.patch("/patients/{patient}", response_model=Patient)
    def change(patient: int, wanted: PatientEdit, match: Match = None, caller: Caller = desk) -> Response:
        """Mend what was written wrongly of a person, or where they are reached."""
        with services.database.writing() as session:
            now, row = services.clock(), patient_of(session, caller.practice or 0, patient)
            before = patient_shape(session, row, now)
            need_match(before, match)
            change_patient(session, inviting(services, caller), row, wanted, now)
            if before.account_id is not None:
                reached = AccountEdit(wanted.email, wanted.phone)
                contact_by_practice(session, services.settings, before.account_id, reached, caller.actor, now)
            changed = tagged(patient_shape(session, row, now))
        file_waiting(services.database, services.clock)
        return changed


def _inviting(routes: APIRouter, services: Services, callers: Callers) -> None:
    desk = Depends(callers.staff_with("reception"))

    @routes.post("/patients/{patient}/invitation", status_code=201)
    def invite(patient: int, tell: bool = True, caller: Caller = desk) -> Invited:
        """Make an activation code for a patient; the one before is void. With `tell=false` it is not sent."""
        with services.database.writing() as session:
            row, now = patient_of(session, caller.practice or 0, patient), services.clock()
            return invite_again(session, services.settings, services.secret, row, caller.actor, now, send=tell)

    @routes.get("/patients/{patient}/invitation.pdf", response_class=Response, responses={200: PDF})
    def letter(patient: int, code: Code, caller: Caller = desk) -> Response:
        """Print the letter with a code that was just made; of the code itself nothing is kept."""
        with services.database.reading() as session:
            row = patient_of(session, caller.practice or 0, patient)
            pdf = activation_letter(session, services, row, code, services.clock())
        headers = {"Content-Disposition": 'inline; filename="invitation.pdf"'}
        return Response(pdf, media_type="application/pdf", headers=headers)


def _accounts(routes: APIRouter, services: Services, callers: Callers) -> None:
    desk = Depends(callers.staff_with("reception"))

    @routes.post("/accounts/{account}/block")
    def shut(account: str, wanted: Blocking, caller: Caller = desk) -> Patient:
        """End every way into a patient's account at once; with `end_shares` all they shared of here too, for good."""
        with services.database.writing() as session:
            row, now = _person_of(session, caller, account), services.clock()
            block(session, account, caller.actor, now, caller.practice)
            if wanted.end_shares:
                end_shares(session, account, now, caller.practice)
            return patient_shape(session, row, now)

    @routes.post("/accounts/{account}/unblock")
    def open_again(account: str, caller: Caller = desk) -> Patient:
        """Let the person in again, where no other practice of theirs blocked them too."""
        with services.database.writing() as session:
            row, now = _person_of(session, caller, account), services.clock()
            unblock(session, account, caller.actor, now, caller.practice)
            return patient_shape(session, row, now)

    @routes.post("/accounts/{account}/reinstate")
    def begin_anew(account: str, caller: Caller = desk) -> Patient:
        """Open an account again that rests after a year, or whose person no longer wants it deleted."""
        with services.database.writing() as session:
            row, now = _person_of(session, caller, account), services.clock()
            reinstate(session, session.get_one(AccountRow, account), now, caller.actor, caller.practice)
            return patient_shape(session, row, now)


def _person_of(session: Session, caller: Caller, account: str) -> PatientRow:
    """Find whose account it is; raises `Problem("not-found")` where it is another practice's, or was deleted."""
    row = session.get(AccountRow, account)
    links = row.patients if row is not None and row.state != "closed" else []
    own = [link.person for link in links if link.relation == "self" and link.person.practice == caller.practice]
    if not own:
        raise Problem("not-found")
    return own[0]
