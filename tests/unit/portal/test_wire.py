"""What a portal says is read as what it is, also from one that is newer than this program."""

from __future__ import annotations

import json

import pytest

from core.errors import PortalError
from portal.client.connecting.shapes import read_shape
from portal.wire.activity import ActivityPage
from portal.wire.json_values import to_json
from portal.wire.wholeness import Wholeness

LINE = {"id": 1, "at": "2026-11-30T10:00:00Z", "kind": "share-opened", "details": {"access": 1, "recipient_name": "Dr"}}


def test_the_facts_of_an_activity_are_numbers_and_texts() -> None:
    page = read_shape(ActivityPage, json.dumps({"activity": [LINE]}).encode())
    assert page.activity[0].details == {"access": 1, "recipient_name": "Dr"}


def test_a_word_of_a_newer_portal_spoils_nothing() -> None:
    told = {"state": "half", "here": 1, "of": 2, "not_here": [{"code": "eaten-by-the-cat", "images": 1}]}
    found = read_shape(Wholeness, json.dumps(told).encode())
    assert to_json(found) == told | {"not_here": ({"code": "eaten-by-the-cat", "images": 1},), "besides": 0}


@pytest.mark.parametrize("wrong", [{"state": 5}, {"here": "many"}, {"not_here": [1]}, {"not_here": [{"code": 5}]}])
def test_what_is_of_another_kind_is_no_answer(wrong: dict[str, object]) -> None:
    told = {"state": "whole", "here": 1, "of": 1, "not_here": []} | wrong
    with pytest.raises(PortalError, match="portal-answer"):
        read_shape(Wholeness, json.dumps(told).encode())
