"""What the page a share opens is made of: all of it is asked for at once, nothing is left over, and it has floors."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from portal.server.recipient.page_files import ASSETS, KEPT, PAGE, read_assets, version_of
from tests.portal_tools import Portal

HTML = PAGE.read_text(encoding="utf-8")
OWN = "recipient/"
# A script imports from its own folder and from those after it.
FLOORS = ("page", "viewer", "controls", "exam", "picture", "words")
FLOOR_OF_FILE = {
    "page.js": "page",
    "clock.js": "viewer",
    "portal.js": "words",
    "words.js": "words",
    "language.js": "words",
}


def imports_of(script: str) -> set[str]:
    """Give the scripts one imports, by their path among the assets."""
    source = (ASSETS / script).read_text(encoding="utf-8")
    found = re.findall(r'^import\s[^;]*?from "(\.[^"]+)";$|\bimport\("(\.[^"]+)"\)', source, re.M)
    paths = [(ASSETS / script).parent / (at_first or later) for at_first, later in found]
    return {path.resolve().relative_to(ASSETS).as_posix() for path in paths}


def needed(script: str) -> set[str]:
    """Give a script and all that has to be there before it runs."""
    found, left = set[str](), [script]
    while left:
        if (one := left.pop()) not in found:
            found.add(one)
            left += imports_of(one)
    return found


def named(pattern: str) -> list[str]:
    """Give the assets the page names in one kind of its elements."""
    return re.findall(pattern.replace("PATH", r"/assets/([^\"]+)"), HTML)


def test_every_script_is_asked_for_with_the_page_so_that_none_waits_for_another() -> None:
    ahead = named('<link rel="modulepreload" href="PATH" />')
    assert len(ahead) == len(set(ahead))
    assert set(ahead) == needed(OWN + "page.js") - {OWN + "page.js"}


def test_nothing_is_served_that_the_page_does_not_use() -> None:
    scripts = needed(OWN + "page.js") | {OWN + "plain.js"}
    styles = set(named('<link rel="stylesheet" href="PATH" />'))
    served = {path for path in read_assets(ASSETS) if path.startswith(OWN)}
    assert served == scripts | (styles - {"page.css"}) | {OWN + "icons.svg"}


def test_a_script_needs_none_of_a_floor_above_it() -> None:
    wrong = [
        (one, other)
        for one in needed(OWN + "page.js")
        for other in imports_of(one)
        if FLOORS.index(_floor(one)) > FLOORS.index(_floor(other))
    ]
    assert wrong == []


def test_the_page_names_its_parts_where_a_browser_may_keep_them(portal: Portal) -> None:
    page = portal.get("/s").text
    parts = re.findall(r'"(/assets/[^"#]+)', page)
    assert len(parts) > 30
    assert {path.split("/")[2] for path in parts} == {version_of(read_assets(ASSETS))}
    answers = {path: portal.get(path) for path in parts}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert {answer.headers["cache-control"] for answer in answers.values()} == {KEPT}


def test_a_part_that_is_another_is_kept_by_another_name(portal: Portal) -> None:
    assets = read_assets(ASSETS)
    one = next(iter(assets))
    other = assets | {one: replace(assets[one], etag='"another"')}
    assert version_of(other) != version_of(assets)
    assert portal.get(f"/assets/{version_of(other)}/{one}").status_code == 404
    assert portal.get(f"/assets/{one}").headers["cache-control"] == "no-cache"


def _floor(script: str) -> str:
    path = Path(script).relative_to(OWN)
    return FLOOR_OF_FILE[path.name] if len(path.parts) == 1 else path.parts[0]
