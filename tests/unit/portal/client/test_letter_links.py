"""The link of a letter leads to its portal, with its code; what could lead elsewhere is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import segno

from app.actions.signing_in import read_letter_picture
from app.build import Workers
from core.errors import PortalError
from core.job import QuietJob
from portal.client.letter_links import LetterLink, read_letter

PORTAL = "https://portal.weiss.example"
BELOW = "https://clinic.example/portal"


@pytest.mark.parametrize(
    "text, kind, portal, code",
    [
        (f"{PORTAL}/oauth/activate?activation_code=ABCD-EFGH", "activation", PORTAL, "ABCD-EFGH"),
        (f" {BELOW}/oauth/activate?activation_code=ABCD-EFGH\n", "activation", BELOW, "ABCD-EFGH"),
        (f"{PORTAL}/oauth/activate", "activation", PORTAL, None),
        (f"{PORTAL}/recover/5GJx0Zb7kqvE2mWnT4yRcA", "recovery", PORTAL, None),
        (f"{PORTAL}/s/5GJx0Zb7kqvE2mWnT4yRcA", "share", PORTAL, None),
        (f"{BELOW}/s/5GJx0Zb7kqvE2mWnT4yRcA", "share", BELOW, None),
        ("portal.weiss.example", "portal", PORTAL, None),
        ("127.0.0.1:8042", "portal", "http://127.0.0.1:8042", None),
    ],
)
def test_a_letter_is_read(text: str, kind: str, portal: str, code: str | None) -> None:
    letter = read_letter(text)
    assert (letter.kind, letter.portal, letter.code) == (kind, portal, code)
    assert isinstance(letter, LetterLink)


@pytest.mark.parametrize(
    "text, code",
    [
        ("http://portal.weiss.example/oauth/activate?activation_code=A", "portal-insecure"),
        ("https://portal.weiss.example@evil.example/oauth/activate?activation_code=A", "not-a-portal"),
        ("file:///etc/passwd", "not-a-portal"),
        ("https://portal.weiss.example/" + "a" * 3000, "not-a-portal"),
        ("https://", "not-a-portal"),
        ("", "not-a-portal"),
    ],
)
def test_what_could_lead_elsewhere_is_no_letter(text: str, code: str) -> None:
    with pytest.raises(PortalError) as caught:
        read_letter(text)
    assert caught.value.code == code


def test_the_qr_code_of_a_photographed_letter_is_read_in_a_worker(tmp_path: Path) -> None:
    link = f"{PORTAL}/oauth/activate?activation_code=ABCD-EFGH"
    picture, nothing = tmp_path / "letter.png", tmp_path / "nothing.png"
    segno.make(link, micro=False).save(str(picture), scale=6, border=8)
    nothing.write_bytes(b"no picture")
    other = tmp_path / "other.png"
    segno.make("just words", micro=False).save(str(other), scale=6, border=8)
    with Workers(decode_workers=1) as workers:
        letter = read_letter_picture(str(picture), workers, QuietJob())
        assert (letter.portal, letter.code) == (PORTAL, "ABCD-EFGH")
        for path in (nothing, other, tmp_path / "absent.png"):
            with pytest.raises(PortalError) as caught:
                read_letter_picture(str(path), workers, QuietJob())
            assert caught.value.code == "no-qr-code"
