"""Exams that wait for their report, letters that did not arrive, how the practice is reached."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.answers.unchanged import need_match, tagged
from portal.server.services import Services
from portal.server.staff import exams as desk_exams
from portal.server.staff import letters as desk_letters
from portal.server.staff import uploads as desk_uploads
from portal.server.staff.member_routes import inviting
from portal.server.staff.practice_card import card_of, change_card
from portal.wire.addresses import API_PATH
from portal.wire.desk.exams import Release, ReportWork, StaffExam, StaffExamPage
from portal.wire.desk.letters import Letter, Letters, LetterState, PracticeCard
from portal.wire.desk.uploads import IdentityAnswer, IdentityQuestion, IdentityQuestions, QuestionState

Match = Annotated[str | None, Header(alias="If-Match")]
Most = Annotated[int, Query(alias="limit", ge=1, le=desk_exams.PAGE_MOST)]
Number = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes, callers = APIRouter(prefix=f"{API_PATH}/staff", tags=["staff"]), Callers(services)
    _exams(routes, services, callers)
    _letters(routes, services, callers)
    _card(routes, services, callers)
    _uploads(routes, services, callers)
    return routes


def _exams(routes: APIRouter, services: Services, callers: Callers) -> None:
    @routes.get("/exams")
    def exams(
        work: ReportWork | None = None,
        patient: Number = None,
        cursor: str | None = None,
        most: Most = 50,
        caller: Caller = Depends(callers.staff_with("reception", "reports")),
    ) -> StaffExamPage:
        """List exams the practice sent, newest first: those without a report, with a draft, with a complete one."""
        with services.database.reading() as session:
            return desk_exams.exams_at_desk(
                session, caller, services.clock(), work=work, patient=patient, cursor=cursor, most=most
            )

    @routes.post("/exams/{exam}/release")
    def release(exam: str, wanted: Release, caller: Caller = Depends(callers.staff_with("reports"))) -> StaffExam:
        """Let a report be seen at once, hold it back, or leave it to the practice's rule again."""
        with services.database.writing() as session:
            return desk_exams.release(session, caller, exam, wanted.how, services.clock())


def _letters(routes: APIRouter, services: Services, callers: Callers) -> None:
    desk = Depends(callers.staff_with("reception"))

    @routes.get("/notices")
    def notices(
        state: LetterState = "given-up", cursor: str | None = None, most: Most = 50, caller: Caller = desk
    ) -> Letters:
        """List letters and text messages, never their words: those given up unless another state is asked."""
        with services.database.reading() as session:
            return desk_letters.letters(session, caller.practice or 0, state, cursor, most)

    @routes.post("/notices/{notice}/retry")
    def retry(notice: str, caller: Caller = desk) -> Letter:
        """Write a letter that was given up anew, to where its reader is reached now."""
        with services.database.writing() as session:
            return desk_letters.write_anew(session, inviting(services, caller), notice, services.clock())

    @routes.post("/notices/{notice}/settle")
    def settle(notice: str, caller: Caller = desk) -> Letter:
        """Put a letter that was given up aside."""
        with services.database.writing() as session:
            return desk_letters.settle(session, caller.practice or 0, notice, services.clock())


def _card(routes: APIRouter, services: Services, callers: Callers) -> None:
    @routes.get("/practice/card", response_model=PracticeCard)
    def card(caller: Caller = Depends(callers.staff)) -> Response:
        """Say how people reach the practice, with the ETag a change needs."""
        with services.database.reading() as session:
            return tagged(card_of(session, caller.practice or 0))

    @routes.patch("/practice/card", response_model=PracticeCard)
    def change(
        wanted: PracticeCard, match: Match = None, caller: Caller = Depends(callers.staff_with("administrator"))
    ) -> Response:
        """Change it; a start with `--practice` or `--phone` says it anew."""
        with services.database.writing() as session:
            need_match(card_of(session, caller.practice or 0), match)
            return tagged(change_card(session, caller.practice or 0, wanted))


def _uploads(routes: APIRouter, services: Services, callers: Callers) -> None:
    desk = Depends(callers.staff_with("reception", "reports"))

    @routes.get("/uploads")
    def uploads(state: QuestionState = "open", cursor: str | None = None, caller: Caller = desk) -> IdentityQuestions:
        """List uploads of patients whose images name somebody else, newest first: those that wait for an answer."""
        with services.database.reading() as session:
            return desk_uploads.questions(session, caller.practice or 0, state, cursor)

    @routes.post("/uploads/{question}/answer")
    def answer(question: str, said: IdentityAnswer, caller: Caller = desk) -> IdentityQuestion:
        """Say whether they are the patient's. Only this lets in what names another person."""
        return desk_uploads.answer(services, caller, question, services.clock(), theirs=said.theirs)
