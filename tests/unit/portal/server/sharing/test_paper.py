"""S2: the server prints an invitation, with link and code only where the owner brings them."""

from __future__ import annotations

from typing import Any

import pypdfium2

from tests.portal_tools import Portal, SignedIn
from tests.share_tools import link_token


def _text(portal: Portal, anna: SignedIn, made: dict[str, Any], query: str = "", **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = portal.get(f"/api/v1/shares/{made['share']['id']}/invitation.pdf{query}", anna.token, headers=named)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    pdf = pypdfium2.PdfDocument(answer.content)
    try:
        return "\f".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()


def test_without_code_and_link_it_leads_to_the_page_and_leaves_room(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    text = _text(portal, anna, made)
    assert f"{portal.url}/s" in text
    assert made["share_code"][:7] in text
    assert made["verification_code"] not in text
    assert link_token(made) not in text


def test_right_code_and_link_are_printed(portal: Portal, anna: SignedIn, made: dict[str, Any]) -> None:
    code = made["verification_code"].lower()
    text = _text(portal, anna, made, Verification_Code=code, Share_Token=link_token(made))
    assert made["share_code"] in text
    assert link_token(made) in "".join(text.split())


def test_wrong_code_and_link_are_not(portal: Portal, anna: SignedIn, made: dict[str, Any]) -> None:
    text = _text(portal, anna, made, Verification_Code="AAAAAA", Share_Token="evil")
    assert "AAAAAA" not in text
    assert "evil" not in text
    assert text == _text(portal, anna, made)


def test_the_code_may_have_a_sheet_of_its_own(portal: Portal, anna: SignedIn, made: dict[str, Any]) -> None:
    first, second = _text(portal, anna, made, "?second_sheet=true", Verification_Code=made["verification_code"]).split(
        "\f"
    )
    assert made["verification_code"] not in first
    assert made["verification_code"] in second


def test_the_person_is_not_named_and_the_exam_only_where_asked(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    quiet, asked = (_text(portal, anna, made, query) for query in ("", "?with_title=true"))
    assert made["share"]["title"] not in quiet
    assert made["share"]["title"] in asked
    assert "MUELLER" not in quiet.upper() + asked.upper()


def test_a_portal_on_this_computer_says_so(portal: Portal, anna: SignedIn, made: dict[str, Any]) -> None:
    assert "this computer only" in " ".join(_text(portal, anna, made).split())
