"""What the portal's pages say is there in German too, and no German is left of what nobody says any more."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from portal.server.exams import titles
from portal.server.oauth.sign_in_pages import texts
from portal.server.oauth.sign_in_pages.german import GERMAN
from portal.server.oauth.sign_in_pages.html_pages import TEMPLATES
from portal.server.recipient.page_files import ASSETS, VIEWER
from portal.wire.problems import PROBLEM_CODES

WEB = ASSETS / "web"
STRING = r'"((?:[^"\\]|\\.)*)"'
TABLE_LINE = re.compile(rf"^  (?:{STRING}|(\w+)):", re.M)
# What of the recipient's page the account's page uses too; the way in is English alone.
VIEWER_SCRIPTS = list((ASSETS / "recipient").glob("*/*.js"))
OURS = sorted(path for path in WEB.rglob("*.js") if path.name != "german.js")
SCRIPTS = [*OURS, *VIEWER_SCRIPTS, ASSETS / "recipient" / "words.js"]
# What the portal says by itself: kinds of series, and what titles of exams are made of.
KINDS = {"X-ray", "Ultrasound", "MR", "Images", *titles._MACHINES.values(), *titles._PARTS}
# Said in the way in alone, by the file the viewer shares with it.
OF_THE_WAY_IN = {"minute", "minutes"}


def text_of(written: str) -> str:
    """Give what a string of a script says."""
    said: str = json.loads(f'"{written}"')
    return said


def german_texts() -> set[str]:
    found = set()
    for table in WEB.rglob("german.js"):
        found |= {text_of(quoted) if quoted else word for quoted, word in TABLE_LINE.findall(table.read_text("utf-8"))}
    return found


def strings_of(script: Path) -> set[str]:
    """Give every string of a script: a text may reach `say` by a table."""
    return {text_of(each) for each in re.findall(STRING, script.read_text("utf-8"))}


def said_in(script: Path) -> set[str]:
    """Give the texts a script hands to `say` and `count` as they stand."""
    source = script.read_text("utf-8")
    found = {text_of(each) for each in re.findall(rf"\bsay\(\s*{STRING}", source)}
    for one, many in re.findall(rf"\bcount\(\s*[^\"]*?,\s*{STRING},\s*{STRING}", source):
        found |= {text_of(one), text_of(many)}
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(ASSETS).as_posix())
def test_each_text_of_a_script_is_there_in_german(script: Path) -> None:
    assert said_in(script) - german_texts() - OF_THE_WAY_IN == set()


def viewer_texts() -> set[str]:
    """Give what stands in the viewer's markup: words between its tags, names of its controls."""
    page = VIEWER.read_text("utf-8")
    between = {re.sub(r"\s+", " ", each).strip() for each in re.findall(r">([^<>]+)<", page)}
    named = set(re.findall(r'\b(?:aria-label|title)="([^"]+)"', page))
    return {each for each in between | named if re.search(r"[a-z]{2}", each)}


def test_the_viewers_markup_is_there_in_german() -> None:
    assert viewer_texts() - german_texts() == set()


def test_no_german_is_left_over() -> None:
    all_strings = set().union(*map(strings_of, SCRIPTS)) | viewer_texts() | KINDS
    assert german_texts() - all_strings == set()


def test_what_titles_are_made_of_is_there_in_german() -> None:
    assert KINDS - german_texts() == set()


def test_every_place_is_named_in_german() -> None:
    names = re.findall(rf"\bnav: {STRING}", (WEB / "places.js").read_text("utf-8"))
    assert names
    assert set(names) <= german_texts()


def test_the_holes_of_a_text_are_those_of_its_german() -> None:
    for table in WEB.rglob("german.js"):
        for english, german in re.findall(rf"^  {STRING}:\s*{STRING},$", table.read_text("utf-8"), re.M):
            assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", german)), english
    for text, german in GERMAN.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", german)), text


def page_texts() -> set[str]:
    """Give what the sign-in pages say."""
    found = set()
    for page in TEMPLATES.rglob("*.html"):
        found |= {
            str(ast.literal_eval(f'"{each}"')) for each in re.findall(rf"\b_\({STRING}\)", page.read_text("utf-8"))
        }
    return found | trouble_texts()


def trouble_texts() -> set[str]:
    said = [value for name, value in vars(texts).items() if name.isupper() and not name.startswith("_")]
    return {text for each in said for text in (each.values() if isinstance(each, dict) else [each])}


def test_each_text_of_a_sign_in_page_is_there_in_german_and_no_other() -> None:
    assert page_texts() == set(GERMAN)


def test_every_problem_of_the_portal_has_words_with_a_next_step_on_the_pages() -> None:
    written = (WEB / "trouble.js").read_text("utf-8").partition("const KNOWN = {")[2].partition("};")[0]
    known = dict(re.findall(r'^  "?([a-z-]+)"?: "(.*)",$', written, re.MULTILINE))
    assert PROBLEM_CODES - known.keys() == set()
    answers = {
        "report-not-released",
        "contact-the-practice",
        "unsupported-type",
    }  # these say when, who and why themselves
    assert {code for code, words in known.items() if "lease" not in words and "call" not in words} <= answers
