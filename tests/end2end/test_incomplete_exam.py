"""From a disc that is not whole to whoever looks: the exam's list, the invitation and the recipient's page say so."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from app.demo.browsing.browser import Browser, find_chromium
from tests.discs import ANNA, Disc, disc_with_good_files
from tests.discs.directory import dicomdir, person_tree
from tests.discs.disc import good_records
from tests.discs.files import uid
from tests.end2end.program import scanshelf_here
from tests.end2end.recipient import Shared, enter, is_shown, text
from tests.portal_tools import Portal, SignedIn
from tests.tools import skip_or_fail

STUDY = uid(f"{ANNA.patient_id}/T1")
PHONE = {"width": 390, "height": 844, "mobile": True}
AWAY = "4 of 6 files: 1 was damaged on the disc, 1 was missing on the disc. These 2 are not here."
LOADED = "document.querySelector('#progress').dataset.done === 'yes'"


@pytest.fixture
def anna(portal: Portal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SignedIn:
    monkeypatch.setenv("SCANSHELF_KEYRING", "memory")
    monkeypatch.setenv("SCANSHELF_PORTAL", portal.url)
    who = portal.account(ANNA.patient_name, ANNA.patient_birth_date, ANNA.patient_id)
    monkeypatch.setenv("SCANSHELF_TOKEN", who.token)
    return who


@pytest.fixture
def browser() -> Iterator[Browser]:
    if find_chromium() is None:
        skip_or_fail("chromium is not installed")
    with Browser() as opened:
        yield opened


def a_disc(folder: Path) -> Disc:
    """Make a disc of six images: three sound ones, one of 29 frames, one cut short, and one that is not there."""
    disc = disc_with_good_files(folder, 3)
    frames = {"number_of_frames": 29, "pixel_data": bytes(16 * 16 * 2 * 29)}
    disc.add_image("GOOD/A4", number=4, **frames)
    disc.add_image("GOOD/A5", number=5)
    disc.add_image("GOOD/A6", number=6)
    disc.write("DICOMDIR", dicomdir([person_tree(ANNA, "T1", "S1", good_records(disc))]))
    cut = disc.folder / "GOOD/A5"
    cut.write_bytes(cut.read_bytes()[:-200])
    (disc.folder / "GOOD/A6").unlink()
    return disc


def sent(folder: Path) -> Disc:
    disc = a_disc(folder)
    assert scanshelf_here("import", disc.folder).status == 1
    said = scanshelf_here("upload", STUDY)
    assert said.status == 1, said.words
    assert "1 file was missing on the disc" in said.output
    assert "The portal tells whoever looks at the exam what is not there." in said.output
    return disc


def share(portal: Portal, anna: SignedIn, *words: str | Path) -> Shared:
    made = scanshelf_here("share", "create", STUDY, *words, "--json")
    assert made.status == 0, made.words
    assert AWAY in made.words
    said = made.document
    return Shared(portal, anna, said, said["url"], said["verification_code"], said["share_code"])


def test_the_exam_the_invitation_and_the_page_say_what_is_not_here(
    portal: Portal, anna: SignedIn, browser: Browser, tmp_path: Path
) -> None:
    sent(tmp_path / "disc")
    listed = scanshelf_here("exams")
    assert AWAY in listed.output
    assert whole(scanshelf_here("exams", "--json").document) == ("partial", 4, 6)
    paper = tmp_path / "invitation.pdf"
    shared = share(portal, anna, "--print", paper)
    assert AWAY in printed(paper.read_bytes())
    head = {"Accept": "application/pdf"}
    again = portal.get(f"/api/v1/shares/{shared.share['id']}/invitation.pdf", anna.token, headers=head)
    assert AWAY in printed(again.content)
    for screen in ({"width": 1280, "height": 800}, PHONE):
        enter(browser, shared, **screen)
        assert text(browser, "#whole-words").startswith(AWAY)
        assert is_shown(browser, "#whole")
    enter(browser, shared, width=1280, height=800)
    browser.wait_for(LOADED)
    assert text(browser, "#progress") == "4 images here, 2 files are not"  # of 32 frames
    assert "29" not in text(browser, "#progress")


@pytest.mark.long
def test_the_note_is_gone_when_the_rest_came_and_was_proved(
    portal: Portal, anna: SignedIn, browser: Browser, tmp_path: Path
) -> None:
    sent(tmp_path / "disc")
    shared = share(portal, anna)
    for number in (5, 6):
        second = Disc(tmp_path / f"second{number}")
        second.add_image("IM", number=number)
        scanshelf_here("import", second.folder)
    said = scanshelf_here("upload", STUDY, "--json")
    assert said.document["uploads"][0]["state"] == "complete"  # the sound copy took the damaged one's place
    assert whole(scanshelf_here("exams", "--json").document) == ("whole", 6, 6)
    enter(browser, shared, width=1280, height=800)
    browser.wait_for(LOADED)
    assert text(browser, "#progress") == "6 images"
    assert text(browser, "#whole-words").startswith("All 6 images of the sender's copy are here.")


@pytest.mark.long
def test_a_whole_disc_is_called_whole_and_only_then(
    portal: Portal, anna: SignedIn, browser: Browser, tmp_path: Path
) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 3)
    assert scanshelf_here("import", disc.folder).status == 0
    assert scanshelf_here("upload", STUDY).status == 0
    assert "All 3 images of the sender's copy are here." in scanshelf_here("exams").output
    made = scanshelf_here("share", "create", STUDY, "--json").document
    enter(browser, Shared(portal, anna, made, made["url"], made["verification_code"], made["share_code"]))
    assert text(browser, "#whole-words").startswith("All 3 images of the sender's copy are here.")


@pytest.mark.long
def test_frames_are_not_called_images(portal: Portal, anna: SignedIn, browser: Browser, tmp_path: Path) -> None:
    disc = Disc(tmp_path / "disc")
    disc.add_image("IM", number=1, number_of_frames=29, pixel_data=bytes(16 * 16 * 2 * 29))
    scanshelf_here("import", disc.folder)
    scanshelf_here("upload", STUDY)
    made = scanshelf_here("share", "create", STUDY, "--json").document
    enter(browser, Shared(portal, anna, made, made["url"], made["verification_code"], made["share_code"]))
    browser.wait_for(LOADED)
    assert text(browser, "#progress") == "1 image"
    assert text(browser, "#place") == "Frame 1 of 29"
    assert "1 image · 29 frames" in text(browser, "#strip")


def test_a_plain_server_gets_no_note_and_the_person_is_told_to_say_it(
    portal: Portal, anna: SignedIn, tmp_path: Path
) -> None:
    disc = a_disc(tmp_path / "disc")
    scanshelf_here("import", disc.folder)
    token = tmp_path / "token"
    token.touch(0o600)
    token.write_text(anna.token)
    said = scanshelf_here("upload", STUDY, "--to", f"{portal.url}/dicomweb", "--token-file", token)
    assert "1 file was missing on the disc" in said.output
    assert "This server does not pass on what is not there: tell it yourself to whoever looks." in said.output
    assert "All" not in said.output


def whole(document: Any) -> tuple[str, int, int]:
    told = document["exams"][0]["studies"][0]["wholeness"]
    return told["state"], told["here"], told["of"]


def printed(pdf: bytes) -> str:
    opened = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return " ".join(opened[0].get_textpage().get_text_bounded().split())
    finally:
        opened.close()


def test_the_words_of_a_share_are_in_its_letter(portal: Portal, anna: SignedIn, tmp_path: Path) -> None:
    sent(tmp_path / "disc")
    made = scanshelf_here("share", "create", STUDY, "--email", "roth@example.org", "--json")
    assert AWAY in json.dumps(made.document["letter"])
