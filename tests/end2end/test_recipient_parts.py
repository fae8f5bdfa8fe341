"""The recipient's page leafs through each kind of picture by itself, as the desktop's viewer does, and moves nothing
that somebody holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.demo.browsing.browser import Browser, find_chromium
from dicom.series.display_sets import StudyObject, build_display_sets
from dicom.source import FileContent
from tests.end2end.recipient import BIRTH_DATE, DONE, NAME, Shared, send, share, text, wait_for_picture
from tests.parted_series import Made, alternating, plain
from tests.pixel_files import described
from tests.portal_tools import running_portal
from tests.tools import skip_or_fail
from viewer.study.series_words import title

pytestmark = pytest.mark.shared_workers

DIFFUSION = alternating(1, "Diffusion", "DiffusionBValue", (0, 500, 1000), 4)
ECHOES = alternating(2, "Two echoes", "EchoTime", (80, 10), 5)
PLAIN = plain(3, "Plain", (0, 1, 4, 3, 2, 5, 6))
ALL = (DIFFUSION, ECHOES, PLAIN)
PARTS = [(made, name, uids) for made in ALL for name, uids in made.parts]
PHONE = {"width": 360, "height": 740, "mobile": True}

ENTRIES = """[...document.querySelectorAll('#strip button')].map(each =>
  [...each.querySelectorAll('strong, b')].map(words => words.textContent).filter(Boolean).join(' · '))"""
AMOUNTS = "[...document.querySelectorAll('#strip button .words span')].map(each => each.textContent)"
CURRENT = "[...document.querySelectorAll('#strip button')].findIndex(each => each.ariaCurrent === 'true')"
KEY = "document.querySelector('#picture').dataset.key.split('/instances/')[1].split('#')[0]"
HOLD_BACK = """(() => {
  const asked = window.fetch;
  const until = new Promise(go => (window.answerParts = go));
  window.fetch = async (path, ...rest) => {
    if (!String(path).endsWith('/parts')) return asked(path, ...rest);
    const wanted = await until;
    return wanted === 'fail' ? new Response('{}', {status: 500}) : asked(path, ...rest);
  };
})()"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    with running_portal(tmp_path_factory.mktemp("parts") / "data") as portal:
        anna = portal.account(NAME, BIRTH_DATE)
        send(portal, anna.token, [file for made in ALL for file in made.files])
        yield share(portal, anna)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if find_chromium() is None:
        skip_or_fail("chromium is not installed")
    with Browser() as opened:
        yield opened


@pytest.fixture(autouse=True)
def quiet_page(browser: Browser) -> Iterator[None]:
    browser.console_errors.clear()
    yield
    assert browser.console_errors == []


def _enter(browser: Browser, shared: Shared, *, before: str = "0", **screen: Any) -> None:
    """Open the share; `before` is done on the page before the code is typed."""
    fresh = share(shared.portal, shared.anna)
    browser.forget()
    browser.open(fresh.url, **screen)
    browser.evaluate("sessionStorage.clear()")
    browser.open(fresh.portal.url + "/s", **screen)
    browser.open(fresh.url, **screen)
    browser.evaluate(before)
    browser.type("#code", fresh.code)
    browser.click("#open")
    wait_for_picture(browser)


def _enter_parted(browser: Browser, shared: Shared, **screen: Any) -> None:
    _enter(browser, shared, **screen)
    browser.mouse(
        "mouseMoved", *_middle(browser, "#screen"), button="none"
    )  # off the list, which may be where the code's button was
    browser.wait_for(f"{ENTRIES}.length === {len(PARTS)}")


def _middle(browser: Browser, selector: str) -> tuple[float, float]:
    box = f"document.querySelector('{selector}').getBoundingClientRect()"
    x, y = browser.evaluate(f"(r => [r.x + r.width / 2, r.y + r.height / 2])({box})")
    return x, y


def _wait_for(browser: Browser, uid: str, place: str) -> None:
    browser.wait_for(f"{KEY} === '{uid}' && document.querySelector('#place').textContent === '{place}'")


def _numbered(made: Made) -> list[str]:
    return [f"{made.uid}.{number}" for number in range(1, len(made.files) + 1)]


def _viewers() -> list[tuple[str, list[str]]]:
    """What the desktop's viewer makes of the same files: each entry's title and the objects in their order."""
    said = [described(file).description for made in ALL for file in made.files]
    objects = [StudyObject(FileContent("", each.sop_instance_uid or ""), each) for each in said]
    sets = build_display_sets(objects)
    return [(title(each, str), [frame.content.key for frame in each.frames]) for each in sets]


@pytest.mark.long
def test_the_list_has_an_entry_for_each_kind_as_the_desktops_has(browser: Browser, shared: Shared) -> None:
    _enter_parted(browser, shared)
    assert browser.evaluate(ENTRIES) == [name for name, _ in _viewers()]
    assert browser.evaluate(AMOUNTS) == [f"MR · {len(uids)} images" for _, _, uids in PARTS]
    browser.wait_for(DONE)
    assert text(browser, "#progress") == f"{sum(len(made.files) for made in ALL)} images"


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_a_step_never_changes_the_kind(browser: Browser, shared: Shared, screen: dict[str, Any]) -> None:
    _enter_parted(browser, shared, **screen)
    shown = []
    for number, (_, _, uids) in enumerate(PARTS):
        browser.evaluate(f"document.querySelectorAll('#strip button')[{number}].click()")
        _wait_for(browser, uids[0], f"Image 1 of {len(uids)}")
        found = [uids[0]]
        for at, uid in enumerate(uids[1:], 2):
            browser.press("ArrowDown")
            _wait_for(browser, uid, f"Image {at} of {len(uids)}")
            found.append(browser.evaluate(KEY))
        browser.press("ArrowDown")
        assert text(browser, "#place") == f"Image {len(uids)} of {len(uids)}"
        assert browser.evaluate("document.querySelector('#slider').max") == str(len(uids))
        shown.append(found)
    assert shown == [uids for _, uids in _viewers()]


def test_arrows_go_from_part_to_part(browser: Browser, shared: Shared) -> None:
    _enter_parted(browser, shared)
    browser.press("Home")
    for number, (made, name, uids) in enumerate(PARTS):
        _wait_for(browser, uids[0], f"Image 1 of {len(uids)}")
        assert browser.evaluate(CURRENT) == number
        corner = browser.evaluate("[...document.querySelectorAll('#corner-series span')].map(each => each.textContent)")
        assert corner[: 2 if name else 1] == list(filter(None, [f"{made.uid.rpartition('.')[2]} · {made.name}", name]))
        assert len(set(corner)) == len(corner)
        browser.press("ArrowRight")


@pytest.mark.long
def test_the_image_that_is_looked_at_stays_when_its_series_becomes_its_parts(browser: Browser, shared: Shared) -> None:
    _enter(browser, shared, before=HOLD_BACK)
    numbers = _numbered(DIFFUSION)
    for at in range(2, 6):
        browser.press("ArrowDown")
        _wait_for(browser, numbers[at - 1], f"Image {at} of {len(DIFFUSION.files)}")
    assert browser.evaluate(ENTRIES) == ["1 · Diffusion", "2 · Two echoes", "3 · Plain"]
    browser.evaluate("window.seen = new Set(), window.note = setInterval(() => window.seen.add(" + KEY + "), 5)")
    browser.press("i")
    browser.evaluate("window.answerParts()")
    _wait_for(browser, numbers[4], "Image 2 of 4")  # the second b 500
    browser.wait_for(f"{ENTRIES}.length === {len(PARTS)}")
    assert browser.evaluate(f"{ENTRIES}[{CURRENT}]") == "1 · Diffusion · b 500 s/mm²"
    assert browser.evaluate("clearInterval(window.note), [...window.seen]") == [numbers[4]]
    browser.press("ArrowDown")
    _wait_for(browser, DIFFUSION.parts[1][1][2], "Image 3 of 4")


def test_nothing_moves_under_a_pressed_button_nor_the_list_under_the_mouse(browser: Browser, shared: Shared) -> None:
    _enter(browser, shared, before=HOLD_BACK)
    x, y = _middle(browser, "#slider")
    browser.mouse("mousePressed", x, y, clicks=1)
    at = text(browser, "#place")
    browser.evaluate("window.answerParts()")
    answered = "performance.getEntriesByType('resource').filter(each => each.name.endsWith('/parts')).length"
    browser.wait_for(f"{answered} === {len(ALL)}")
    assert browser.evaluate(ENTRIES) == ["1 · Diffusion", "2 · Two echoes", "3 · Plain"]
    assert text(browser, "#place") == at
    listed = browser.evaluate(
        "(r => [r.x + 40, r.bottom - 20])(document.querySelector('#strip').getBoundingClientRect())"
    )
    browser.mouse("mouseMoved", *listed)
    browser.mouse("mouseReleased", *listed, clicks=1)
    browser.wait_for(f"{ENTRIES}.length === 5")  # the one that is looked at
    assert browser.evaluate(ENTRIES)[3:] == ["2 · Two echoes", "3 · Plain"]
    browser.mouse("mouseMoved", x, 300, button="none")
    browser.wait_for(f"{ENTRIES}.length === {len(PARTS)}")


def test_without_an_answer_it_goes_on_by_the_numbers_and_says_nothing(browser: Browser, shared: Shared) -> None:
    _enter(browser, shared, before=HOLD_BACK)
    browser.evaluate("window.answerParts('fail')")
    for at, uid in enumerate(_numbered(DIFFUSION), 1):
        _wait_for(browser, uid, f"Image {at} of {len(DIFFUSION.files)}")
        browser.press("ArrowDown")
    browser.wait_for(DONE)
    assert browser.evaluate(ENTRIES) == ["1 · Diffusion", "2 · Two echoes", "3 · Plain"]
    assert text(browser, "#progress") == f"{sum(len(made.files) for made in ALL)} images"
    assert browser.evaluate("document.querySelector('#cannot').hidden")


@pytest.mark.long
def test_small_pictures_are_those_of_the_parts(browser: Browser, shared: Shared) -> None:
    _enter_parted(browser, shared)
    of = "[...document.querySelectorAll('#strip img')].map(each => each.dataset.of.split('/instances/')[1])"
    assert browser.evaluate(of) == [uids[len(uids) // 2] for _, _, uids in PARTS]
    browser.wait_for("[...document.querySelectorAll('#strip img')].every(each => each.naturalWidth > 0)")
