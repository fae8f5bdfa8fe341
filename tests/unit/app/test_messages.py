"""Every code has words, and the words are such as a person can use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from app.words.english_numbers import counted
from app.words.messages import BUG, ERRORS, FILES, FINDINGS, STEPS, Messages, Words
from core.errors import LibraryError, PortalError, ScanshelfError, SourceError
from dicom.model import FileCode
from portal.wire.problems import PROBLEM_CODES

ROOT = Path(__file__).resolve().parents[3]
ENGINES = ("importer", "library", "dicom", "viewer", "core")
NEVER = re.compile(r"\berrors?\b|failed to|\binvalid\b|!|\billegal\b|\bfatal\b|\babort", re.IGNORECASE)


def error_classes(top: type[ScanshelfError] = ScanshelfError) -> Iterator[type[ScanshelfError]]:
    for kind in top.__subclasses__():
        yield kind
        yield from error_classes(kind)


def calls(name: str) -> Iterator[ast.Call]:
    for room in ENGINES:
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and name == getattr(node.func, "attr", getattr(node.func, "id", "")):
                    yield node


def all_words() -> list[Words]:
    messages = Messages()
    return [*map(messages.for_code, ERRORS), messages.about_bug(), *(messages.files(code, 2) for code in FILES)]


@pytest.mark.parametrize("kind", list(error_classes()), ids=lambda kind: kind.__name__)
def test_every_code_of_the_error_tree_has_words(kind: type[ScanshelfError]) -> None:
    assert [code for code in kind.codes if code not in ERRORS] == []


@pytest.mark.parametrize("code", sorted(PROBLEM_CODES))
def test_every_problem_a_portal_tells_has_words(code: str) -> None:
    assert Messages().about(PortalError(code)) != BUG
    assert f"PortalError {code}" in ERRORS or (code in ERRORS and code not in LibraryError.codes)


def test_what_a_portal_tells_beside_the_code_is_said() -> None:
    told = Messages().about(PortalError("wrong-code", remaining_attempts=2)).as_text()
    assert "2 tries are left." in told
    assert "1 try is left." in Messages().about(PortalError("wrong-code", remaining_attempts=1)).as_text()
    held = Messages().about(PortalError("report-not-released", available_at="2026-03-14T10:15:00Z")).means
    assert re.search(r"The report will be there on 1[345] March 2026 at \d\d:\d\d\.", held)
    fields = [{"field": "body.expires_at", "reason": "too-late"}, {"field": "made-up"}]
    assert "Look at: until when it is shared." in Messages().about(PortalError("invalid-request", fields=fields)).means
    assert "in 5 minutes" in Messages().about(PortalError("too-many-tries", retry_after=300)).as_text()


def test_what_a_hostile_portal_tells_is_left_out() -> None:
    facts = {
        "remaining_attempts": "none",
        "available_at": {"x": 1},
        "missing": "x",
        "reason": [],
        "url": "x" * 9999,
        "fields": [3],
    }
    problem = PortalError("wrong-code", **facts)
    assert Messages().about(problem) == Messages().for_code("wrong-code")


def test_every_code_of_a_file_has_words() -> None:
    assert set(get_args(FileCode)) == {code for code in FILES if ":" not in code}


def test_every_step_a_job_reports_has_words() -> None:
    steps = {call.args[2].value for call in calls("report") if len(call.args) == 3 and _is_text(call.args[2])}
    assert "scan" in steps
    assert steps <= set(STEPS)


def test_everything_that_is_found_in_the_shelf_has_words() -> None:
    found = {call.args[1].value for call in calls("Problem") if len(call.args) == 3 and _is_text(call.args[1])}
    assert "object-missing" in found
    assert found <= set(FINDINGS)


def test_everything_that_opening_the_shelf_puts_right_has_words() -> None:
    said = re.findall(r'"([a-z-]+)"', (ROOT / "library" / "opening.py").read_text(encoding="utf-8").split("Codes:")[1])
    told = {code for code in said if code.endswith(("-aside", "-rebuilt", "-recovered", "-finished", "-cleaned"))}
    assert {"journal-recovered", "incoming-cleaned"} <= told <= set(FINDINGS)


@pytest.mark.parametrize("words", all_words(), ids=lambda words: words.what)
def test_words_say_what_happened_what_it_means_and_what_to_do(words: Words) -> None:
    for part in (words.what, words.means, words.do):
        assert part.endswith((".", "”.")), part
        assert part[0].isupper() or part[0].isdigit()


@pytest.mark.parametrize("words", all_words(), ids=lambda words: words.what)
def test_words_are_plain_and_blame_nobody(words: Words) -> None:
    assert NEVER.search(words.as_text()) is None


@pytest.mark.parametrize("text", [*STEPS.values(), *FINDINGS.values(), *(words.label for words in FILES.values())])
def test_short_words_are_plain_too(text: str) -> None:
    assert NEVER.search(text) is None


def test_a_number_chooses_its_form() -> None:
    messages = Messages()
    assert messages.files("unreadable", 1).what == "1 file cannot be read."
    assert messages.files("unreadable", 1200).what == "1,200 files cannot be read."
    assert messages.files("refused-special", 1).what == "1 name is not a file."
    assert messages.files("truncated", 2).means == (
        "What is there of them can be kept; it is shown where enough is left for a picture."
    )


@pytest.mark.parametrize("code", FILES)
@pytest.mark.parametrize("count", [1, 2])
def test_no_bracket_or_placeholder_is_left_in_counted_words(code: str, count: int) -> None:
    text = Messages().files(code, count).as_text()
    assert "%n" not in text
    assert "|" not in text
    assert "(s)" not in text


def test_a_code_can_mean_something_else_on_the_shelf() -> None:
    messages = Messages()
    on_disc, on_shelf = SourceError("several-patients"), LibraryError("several-patients")
    assert messages.about(on_disc) != messages.about(on_shelf)


def test_a_code_nobody_knows_is_called_our_own_mistake() -> None:
    assert Messages().for_code("no-such-code") == BUG


def test_every_text_goes_through_the_translator() -> None:
    messages = Messages(lambda text, n: f"<{n}>" if n >= 0 else "<>")
    assert messages.for_code("no-images") == Words("<>", "<>", "<>")
    assert messages.files("missing", 7) == Words("<7>", "<7>", "<7>")
    assert messages.step("scan") == "<>"


def test_counting_in_english() -> None:
    assert counted("%n stud(y|ies)", 1) == "1 study"
    assert counted("%n stud(y|ies)", 2) == "2 studies"
    assert counted("%n image(s)", 0) == "0 images"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_what_a_card_promises_of_a_cut_file_is_not_denied_where_it_is_opened() -> None:
    promised, opened = Messages().files("truncated", 1), Messages().for_code("truncated")
    assert "where enough is left" in promised.means
    assert opened.what == "Too little of this image is left to show it."
    assert "kept" in opened.means
