"""E-mail address and phone: changed by the person, or by the practice, as it decides: A6."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from portal.server.exams.release_rules import change_rules
from portal.wire.desk.practice import PracticeRules
from tests.portal_tools import Portal


def edit(portal: Portal, token: str, **wanted: Any) -> requests.Response:
    return portal.request("PATCH", "/api/v1/account", token, json=wanted)


def test_a6_a_person_changes_address_and_phone_and_the_old_address_is_told(portal: Portal) -> None:
    anna = portal.account()
    said = portal.said(200, edit(portal, anna.token, email="anna@example.org", phone="+49 30 1234"))
    assert (said["email"], said["phone"], said["self_service"]) == ("anna@example.org", "+49 30 1234", True)
    assert portal.letters("email-changed") == []
    said = portal.said(200, edit(portal, anna.token, email="new@example.org"))
    assert (said["email"], said["phone"]) == ("new@example.org", "+49 30 1234")
    assert [letter["To"] for letter in portal.letters("email-changed")] == ["anna@example.org"]
    assert portal.said(200, edit(portal, anna.token, phone=""))["phone"] is None


def test_a6_where_the_practice_keeps_that_to_itself_nothing_is_changed(portal: Portal) -> None:
    anna = portal.account()
    with portal.services.database.writing() as session:
        change_rules(session, 1, PracticeRules(self_service=False), portal.clock())
    refused = edit(portal, anna.token, email="anna@example.org")
    assert (refused.status_code, refused.json()["code"]) == (403, "contact-the-practice")
    said = portal.said(200, portal.get("/api/v1/account", anna.token))
    assert (said["email"], said["self_service"]) == (None, False)


@pytest.mark.parametrize(
    "address", ["nobody", "@", "a@", "a b@example.org", "a@b\r\nBcc: x@example.org", "ä@example.org"]
)
def test_a6_what_is_no_address_is_refused(portal: Portal, address: str) -> None:
    anna = portal.account()
    refused = edit(portal, anna.token, email=address)
    assert refused.json()["fields"] == [{"field": "email", "reason": "not-an-address"}]
