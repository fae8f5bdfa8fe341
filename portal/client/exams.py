"""The account's exams."""

from __future__ import annotations

from core.errors import PortalError
from portal.client.connecting.connection import Connection
from portal.client.connecting.known_answers import KnownAnswers
from portal.client.connecting.pages import all_items, in_path, named
from portal.names import is_id
from portal.wire.addresses import API_PATH
from portal.wire.exams import Exam, ExamPage

PATH = f"{API_PATH}/exams"


def list_exams(known: KnownAnswers) -> list[Exam]:
    """List all exams, newest first."""
    return all_items(
        lambda params: known.ask(ExamPage, PATH, params),
        lambda page: page.next_cursor,
        lambda page: page.exams,
        lambda exam: exam.id,
    )


def one_exam(connection: Connection, exam_id: str) -> Exam:
    """Give one exam; raises `PortalError` "no-such-exam"."""
    if not is_id(exam_id):
        raise PortalError("no-such-exam", id=exam_id)
    with named("no-such-exam", exam_id):
        exam = connection.ask(Exam, "GET", f"{PATH}/{in_path(exam_id)}")
    if exam.id != exam_id:
        raise PortalError("portal-answer", reason="other-exam")
    return exam
