"""The account's exams."""

from __future__ import annotations

from core.errors import PortalError
from portal.client.connection import Connection
from portal.client.pages import can_be_an_id, each_page, in_path, named
from portal.wire import API_PATH, Exam, ExamPage

PATH = f"{API_PATH}/exams"


def list_exams(connection: Connection) -> list[Exam]:
    """List all exams, newest first."""
    pages = each_page(
        lambda params: connection.ask(ExamPage, "GET", PATH, params=params), lambda page: page.next_cursor
    )
    return [exam for page in pages for exam in page.exams]


def one_exam(connection: Connection, exam_id: str) -> Exam:
    """Give one exam; raises `PortalError` "no-such-exam"."""
    if not can_be_an_id(exam_id):
        raise PortalError("no-such-exam", id=exam_id)
    with named("no-such-exam", exam_id):
        return connection.ask(Exam, "GET", f"{PATH}/{in_path(exam_id)}")
