"""What goes along with a frame fits into the headers a proxy takes."""

from __future__ import annotations

import json

from portal.server.recipient.frames import facts_header
from portal.server.recipient.page_shapes import FrameFacts, ViewLook


def test_many_looks_with_long_names_leave_room_for_the_other_headers() -> None:
    looks = tuple(ViewLook("\u7bad" * 64, 40.0 + number, 400.0, "LINEAR") for number in range(24))
    said = facts_header(FrameFacts("grey16", 512, 512, looks=looks))
    assert len(said) <= 3000
    assert said.isascii()
    kept = json.loads(said)["looks"]
    assert kept[0]["center"] == 40.0  # the default stays
    assert 1 <= len(kept) < 24


def test_few_looks_all_come_along() -> None:
    looks = (ViewLook("Lung", -600.0, 1600.0), ViewLook("Bone", 300.0, 1500.0))
    assert len(json.loads(facts_header(FrameFacts("grey16", 512, 512, looks=looks)))["looks"]) == 2
