"""Shares by e-mail, and what their owners are told: S2, S3, N1."""

from __future__ import annotations

from email.message import EmailMessage

from portal.server.base.tables import AccountRow
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import exam_of, make, redeem, wrong_code


def owner(portal: Portal) -> SignedIn:
    anna = portal.account()
    with portal.services.database.writing() as session:
        session.get_one(AccountRow, anna.account_id).email = "anna@example.org"
    return anna


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_s2_a_share_goes_to_its_recipient_by_e_mail_without_its_code(portal: Portal) -> None:
    anna = owner(portal)
    made = make(
        portal, anna.token, exams=[exam_of(portal, anna)], email="dr@example.org", message="Bitte\n<b>ansehen</b>"
    )
    (letter,) = portal.letters("share")
    words, whole = plain(letter), letter.as_string()
    assert letter["To"] == "dr@example.org"
    assert made["url"] in words
    assert "> Bitte\n> <b>ansehen</b>" in words.replace("\r\n", "\n")
    for part in letter.iter_parts():
        assert made["verification_code"] not in part.get_content()
        assert "<b>ansehen</b>" not in part.get_content() or part.get_content_type() == "text/plain"
        assert "MUELLER" not in part.get_content().upper()
    assert made["verification_code"] not in whole
    assert redeem(portal, made).status_code == 200


def test_s2_the_same_request_twice_is_one_letter(portal: Portal) -> None:
    anna = owner(portal)
    wanted = {"exams": [exam_of(portal, anna)], "email": "dr@example.org"}
    for _ in range(2):
        portal.said(201, portal.post("/api/v1/shares", anna.token, json=wanted, headers={"Idempotency-Key": "k" * 20}))
    assert len(portal.letters("share")) == 1


def test_n1_the_owner_is_told_of_each_opening_and_before_the_last(portal: Portal) -> None:
    anna = owner(portal)
    made = make(portal, anna.token, exams=[exam_of(portal, anna)], max_accesses=3)
    for _ in range(3):
        assert redeem(portal, made).status_code == 200
    subjects = [letter["Subject"] for letter in portal.letters()]
    assert [len(portal.letters(kind)) for kind in ("share-opened", "share-last")] == [2, 1], subjects


def test_n1_of_ten_wrong_codes_the_owner_is_told_of_the_first_and_of_the_one_that_locks(portal: Portal) -> None:
    anna = owner(portal)
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    for number in range(10):
        redeem(portal, made, wrong_code(made, number))
    told = [plain(letter) for letter in portal.letters("wrong-codes")]
    assert len(told) == 2
    assert "locked: 9." in told[0]
    assert "locked: 0." in told[1]


def test_who_has_no_address_is_told_nothing_and_nothing_waits(portal: Portal) -> None:
    anna = portal.account()
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    assert redeem(portal, made).status_code == 200
    assert portal.letters() == []
