"""What of an upload stays here is said in words, and sending it again is offered only where that can help."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtWidgets import QApplication

from app.window.appearance.languages import English
from app.window.places.portal.sending_words import (
    Times,
    sending_card,
    sending_cards,
    sent_words,
    strip_words,
    tone_of,
)
from app.words.messages import Messages
from core.language.isolates import bare
from dicom.amounts import Amount
from library.index.rows import UploadRow


@pytest.fixture
def messages(qapp: QApplication) -> Messages:
    qapp.installTranslator(English(qapp))
    return Messages()


PARTIAL = UploadRow(
    id="1",
    person_key="p",
    study_key="s",
    study_instance_uid="1.2.3",
    patient_name="SAMPLE^ANNA",
    study_date="20190312",
    study_description="CT of the chest",
    target="http://127.0.0.1:8470",
    kind="portal",
    account="a",
    person_confirmed=None,
    asked_at="2026-11-22T09:00:00Z",
    state="partial",
    reason=None,
    ended_at="2026-11-22T09:01:00Z",
    receipt=None,
    instances=63,
    bytes=1000,
    sent=62,
    sent_bytes=990,
    stored=62,
    already=0,
    left=1,
)


def test_a_damaged_image_is_not_offered_to_be_sent_again(messages: Messages) -> None:
    card = sending_card(PARTIAL, messages, Counter({"truncated": 1}))
    assert "It was not sent, and stays on your shelf." in card.do
    assert card.actions == ()


def test_what_the_portal_signed_can_be_saved_once_all_is_there(messages: Messages) -> None:
    whole = replace(PARTIAL, state="complete", signed=True, stored=63, sent=63, left=0)
    assert sending_card(whole, messages, Counter()).actions == ("receipt",)
    assert sending_card(replace(whole, signed=False), messages, Counter()).actions == ()
    assert sending_card(replace(whole, state="sending"), messages, Counter()).actions == ("pause", "stop")


def test_a_strange_key_is_taken_only_where_the_person_says_so(messages: Messages) -> None:
    card = sending_card(replace(PARTIAL, state="failed", reason="receipt-key-changed"), messages, Counter())
    assert card.actions == ("new-key", "again")
    assert "Use its new key" in card.do


def test_what_the_portal_did_not_take_says_why_and_can_be_sent_again(messages: Messages) -> None:
    card = sending_card(PARTIAL, messages, Counter({"too-large": 2, "truncated": 1}))
    assert "2 files cannot be counted as sent." in card.means
    assert "Too large for this server" in card.do
    assert card.actions == ("again",)


@pytest.mark.parametrize("stored, already, tone", [(62, 0, "amber"), (0, 1, "amber"), (0, 0, "loss")])
@pytest.mark.parametrize("state", ["partial", "failed"])
def test_what_is_short_is_amber_and_red_only_where_nothing_is_there(
    messages: Messages, state: str, stored: int, already: int, tone: str
) -> None:
    row = replace(PARTIAL, state=state, stored=stored, already=already)
    assert sending_card(row, messages, Counter()).tone == tone_of(row) == tone


def test_how_long_it_still_takes_is_said_on_the_card_and_on_the_strip(messages: Messages) -> None:
    going = replace(PARTIAL, state="sending", ended_at=None, sent=30, sent_bytes=480, stored=0, left=0)
    there = "30 of 63 images are at the portal"
    [card] = sending_cards([going], messages, {}, {"1": Times(130.0)})
    assert card.note == f"{there} · about 2 minutes left"
    assert strip_words([going], {"1": Times(130.0)}).endswith(f"{there} · about 2 minutes left")
    assert sending_cards([going], messages, {})[0].note == there
    assert strip_words([going]).endswith(there)
    paused = replace(going, state="paused")
    assert "left" not in sending_cards([paused], messages, {}, {"1": Times(130.0)})[0].note


def test_a_report_among_what_is_sent_is_never_called_an_image(messages: Messages) -> None:
    short = replace(PARTIAL, besides=Amount(documents=1))
    assert "62 of 63 images, reports and other files are at the portal" in sending_card(short, messages, Counter()).note
    assert "62 of 63 images, reports and other files on your shelf" in sent_words(short)
    whole = replace(short, state="complete", stored=63)
    assert "All 62 images and 1 document on your shelf" in sending_card(whole, messages, Counter()).note
    assert "All 62 images and 1 document on your shelf" in sent_words(whole)
    assert "62 of 63 images on your shelf of CT of the chest are at the portal." in bare(sent_words(PARTIAL))


def test_what_waits_for_the_network_is_no_error_and_says_what_happens_next(messages: Messages) -> None:
    waiting = replace(PARTIAL, state="waiting-for-network", reason="portal-unreachable", ended_at=None, sent=30, left=0)
    times = Times(next_try=datetime(2026, 12, 1, 14, 5))
    card = sending_card(waiting, messages, Counter(), times)
    assert card.note.startswith("Waiting for the network. It goes on by itself; the next try is at 14:05. 62 of 63")
    assert (card.tone, card.means, card.do, card.actions) == ("amber", "", "", ("pause", "stop", "now"))
    busy = replace(waiting, reason="too-many-tries")
    assert sending_card(busy, messages, Counter()).note.startswith(
        "The portal is there, but can take nothing just now."
    )
