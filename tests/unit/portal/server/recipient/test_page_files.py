"""What the page a share opens is made of: all of it is asked for at once, nothing is left over, and it has floors."""

from __future__ import annotations

import re
from pathlib import Path

from portal.server.recipient.page_files import ASSETS, PAGE, read_assets

HTML = PAGE.read_text(encoding="utf-8")
OWN = "recipient/"
# A script imports from its own folder and from those after it.
FLOORS = ("page", "viewer", "controls", "exam", "picture", "words")
FLOOR_OF_FILE = {"page.js": "page", "clock.js": "viewer", "portal.js": "words", "words.js": "words"}


def imports_of(script: str) -> set[str]:
    """Give the scripts one imports, by their path among the assets."""
    source = (ASSETS / script).read_text(encoding="utf-8")
    found = re.findall(r'^import\s[^;]*?from "(\.[^"]+)";$', source, re.M)
    return {(ASSETS / script).parent.joinpath(each).resolve().relative_to(ASSETS).as_posix() for each in found}


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


def _floor(script: str) -> str:
    path = Path(script).relative_to(OWN)
    return FLOOR_OF_FILE[path.name] if len(path.parts) == 1 else path.parts[0]
