"""Notices leave once, are tried again while there is hope, and their words are forgotten then: A2."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.server.base.tables import NoticeRow
from portal.server.notices.kinds import LANGUAGES
from portal.server.notices.sending import Sending
from portal.server.notices.ways.way import Letter, NotSentError
from portal.server.notices.wording import texts
from tests.portal_tools import Portal

ANNA = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504", "email": "anna@example.org"}


class Post:
    """Takes letters, or does not."""

    def __init__(self, *troubles: NotSentError) -> None:
        self.troubles = list(troubles)
        self.taken: list[Letter] = []

    def send(self, letter: Letter) -> None:
        """Take it, or raise the next trouble."""
        if self.troubles:
            raise self.troubles.pop(0)
        self.taken.append(letter)


def invited(portal: Portal, **changed: str | None) -> str:
    said = portal.said(201, portal.post("/api/v1/staff/invitations", portal.staff_token, json={**ANNA, **changed}))
    return str(said["activation_code"])


def sending(portal: Portal, post: Post) -> Sending:
    return Sending(portal.services.database, {"email": post}, portal.clock)


def only_row(portal: Portal) -> NoticeRow:
    with portal.services.database.reading() as session:
        return session.scalars(select(NoticeRow)).one()


def test_a2_an_invitation_goes_by_e_mail_with_code_and_button_and_no_name_in_its_subject(portal: Portal) -> None:
    code = invited(portal)
    (letter,) = portal.letters("activation")
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert code in plain.get_content()
    assert f"/oauth/activate?activation_code={code}" in plain.get_content()
    assert ">Activate Account</a>" in html.get_content()
    assert letter["To"] == "anna@example.org"
    assert not re.search(r"anna|mueller", letter["Subject"], re.IGNORECASE)


def test_a2_without_an_address_a_text_message_says_it(portal: Portal) -> None:
    code = invited(portal, email=None, phone="+49 170 1")
    assert portal.letters() == []
    (message,) = portal.mailbox.glob("*.txt")
    words = message.read_text("utf-8")
    assert words.startswith("To: +49 170 1\n")
    assert code in words


def test_what_was_sent_is_not_sent_again_and_its_words_are_forgotten(portal: Portal) -> None:
    invited(portal)
    post = Post()
    assert (sending(portal, post).send_due(), sending(portal, post).send_due()) == (1, 0)
    row = only_row(portal)
    assert (row.state, row.text, row.html, row.subject) == ("sent", None, None, None)


def test_a_mail_server_that_is_gone_for_an_hour_costs_no_letter(portal: Portal) -> None:
    invited(portal)
    post = Post(*[NotSentError("smtp-unreachable")] * 4)
    for _ in range(4):
        assert sending(portal, post).send_due() == 1
        assert sending(portal, post).send_due() == 0
        portal.clock.forward(hours=1)
    assert sending(portal, post).send_due() == 1
    assert len(post.taken) == 1
    assert only_row(portal).state == "sent"


def test_a_refusal_for_good_is_not_tried_again(portal: Portal) -> None:
    invited(portal)
    post = Post(NotSentError("smtp-550", for_good=True))
    sending(portal, post).send_due()
    portal.clock.forward(days=1)
    assert sending(portal, post).send_due() == 0
    row = only_row(portal)
    assert (row.state, row.trouble, row.text) == ("given-up", "smtp-550", None)


def test_what_nobody_could_send_for_three_days_is_given_up(portal: Portal) -> None:
    invited(portal)
    portal.clock.forward(days=3, minutes=1)
    post = Post()
    assert sending(portal, post).send_due() == 0
    assert post.taken == []
    assert only_row(portal).state == "given-up"


def test_a_letter_in_the_hands_of_one_who_died_is_sent_by_the_next(portal: Portal) -> None:
    invited(portal)
    with portal.services.database.writing() as session:
        session.scalars(select(NoticeRow)).one().due_at = portal.clock() + timedelta(minutes=5)  # as if it was taken
    post = Post()
    assert sending(portal, post).send_due() == 0
    portal.clock.forward(minutes=6)
    assert sending(portal, post).send_due() == 1


def fields_of(words: object) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", str(words)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_every_notice_with_the_same_facts(language: str) -> None:
    english, other = texts("en"), texts(language)  # type: ignore[arg-type]
    assert english.keys() == other.keys()
    for kind in english:
        assert english[kind].keys() == other[kind].keys(), kind
        assert fields_of(english[kind]) == fields_of(other[kind]), kind
        assert not fields_of(other[kind].get("subject", "")), kind


def test_a_way_that_cannot_be_reached_keeps_no_other_waiting_and_is_asked_once_a_look(portal: Portal) -> None:
    for number in range(3):
        invited(portal, patient_id=f"P{number}", email=f"a{number}@example.org")
    invited(portal, patient_id="P9", email=None, phone="+49 170 1")
    dead, alive = Post(*[NotSentError("smtp-unreachable")] * 9), Post()
    both = Sending(portal.services.database, {"email": dead, "sms": alive}, portal.clock)
    assert both.send_due() == 2
    assert (len(dead.troubles), len(alive.taken)) == (8, 1)


def test_who_ends_the_portal_waits_for_one_letter_and_not_for_all(portal: Portal) -> None:
    for number in range(3):
        invited(portal, patient_id=f"P{number}", email=f"a{number}@example.org")
    post = Post()
    assert sending(portal, post).send_due(lambda: len(post.taken) == 1) == 1


def test_without_any_way_to_send_no_words_are_kept(portal: Portal) -> None:
    invited(portal)
    Sending(portal.services.database, {}, portal.clock).send_due()
    row = only_row(portal)
    assert (row.state, row.trouble, row.text) == ("given-up", "no-way", None)
