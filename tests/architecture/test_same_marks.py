"""What is said of a picture that is not quite right is the same in the viewer and on the page a share opens."""

from __future__ import annotations

import re

from tests.tools import REPOSITORY
from viewer.viewport.corner_text import _MARKS

WORDS = REPOSITORY / "portal" / "server" / "assets" / "recipient" / "words.js"


def test_each_mark_of_the_viewer_is_said_on_the_page_in_the_same_words_and_order() -> None:
    source = WORDS.read_text(encoding="utf-8")
    table = source[source.index("const MARKS = {") :]
    rows = re.findall(r'^  "?([a-z-]+)"?: \["([^"]+)", (true|false)\],$', table[: table.index("\n};")], re.M)
    assert [(mark, (words, lost == "true")) for mark, words, lost in rows] == list(_MARKS.items())
