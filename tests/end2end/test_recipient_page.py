"""The recipient's page in a real browser: the way in, the pictures, the controls, the way out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from app.demo.browsing.browser import Browser, find_chromium
from core.job import QuietJob
from dicom.description import ObjectDescription
from dicom.showing.display import picture
from dicom.showing.geometry import EdgeLetters, edge_letters
from dicom.showing.overlay import line_mask
from dicom.source import FrameRef
from portal.server.base.tables import InstanceRow
from portal.server.recipient.frames import _OUTLINE
from portal.server.recipient.series_window import find_window
from tests.end2end.recipient import (
    BIRTH_DATE,
    DONE,
    NAME,
    PATIENT_ID,
    SHOWN,
    STUDY,
    Shared,
    annas,
    canvas_pixels,
    enter,
    is_shown,
    open_series,
    send,
    share,
    shown,
    text,
    wait_for_picture,
    whole_canvas,
    written,
)
from tests.portal_tools import running_portal
from tests.tools import skip_or_fail
from viewer.rendering.edge_letters import on_screen
from viewer.rendering.view_state import ViewState, flipped_horizontally, flipped_vertically, rotated, unturn_vector
from viewer.viewport.corner_text import Situation, Speech, corner_texts

pytestmark = pytest.mark.shared_workers

PHONE = {"width": 390, "height": 844, "mobile": True}

# One series each; what is special about it.
FILES = (
    "CT_small.dcm",  # signed, rescale, padding, no window
    "MR_small.dcm",  # window
    "RG1_UNCR.dcm",  # MONOCHROME1
    "US1_UNCR.dcm",  # 8 bit RGB
    "examples_palette.dcm",
    "emri_small.dcm",  # multi-frame
    "mlut_18.dcm",  # modality LUT
    "vlut_04.dcm",  # VOI LUT
    "examples_overlay.dcm",
    "eCT_Supplemental.dcm",
    "examples_ybr_color.dcm",
    "MR_small.dcm",  # 32 bit, made so below
    "reportsi.dcm",  # no picture
    "liver_1frame.dcm",  # no picture: a segmentation
    "CT_small.dcm",  # cut short below
)
WIDE_PLACE = FILES.index("reportsi.dcm") - 1
REPORT_PLACE, DAMAGED_PLACE = FILES.index("reportsi.dcm"), len(FILES) - 1


def _wide(data_set: Dataset) -> Dataset:
    """Store the pixels in 32 bits, beyond what 16 can hold."""
    values = data_set.pixel_array.astype("<i4") * 1000 - 70_000
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit = 32, 32, 31
    data_set.WindowCenter, data_set.WindowWidth = 500_000, 1_500_000
    data_set.PixelData = values.tobytes()
    return data_set


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """A share of an exam with a series of each kind."""
    with running_portal(tmp_path_factory.mktemp("recipient") / "data") as portal:
        anna = portal.account(NAME, BIRTH_DATE)
        files = [written(annas(name, number)) for number, name in enumerate(FILES, 1)]
        files[WIDE_PLACE] = written(_wide(annas(FILES[WIDE_PLACE], WIDE_PLACE + 1)))
        files[DAMAGED_PLACE] = files[DAMAGED_PLACE][: len(files[DAMAGED_PLACE]) * 6 // 10]
        send(portal, anna.token, files)
        yield share(portal, anna, message="For Dr. Roth", allow_download=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all tests here."""
    if find_chromium() is None:
        skip_or_fail("chromium is not installed")
    with Browser() as opened:
        yield opened


@pytest.fixture(autouse=True)
def quiet_page(browser: Browser, shared: Shared) -> Iterator[None]:
    """Whatever a test does, the page complains of nothing and asks nobody else."""
    browser.console_errors.clear()
    browser.requests.clear()
    yield
    assert browser.console_errors == []
    own = ("http://127.0.0.1:", "blob:http://127.0.0.1:")
    assert [address for address in browser.requests if not address.startswith(own)] == []


@pytest.fixture
def entered(browser: Browser, shared: Shared) -> Browser:
    """The browser with the exam open on a desk."""
    enter(browser, _again(shared))
    return browser


def _again(shared: Shared) -> Shared:
    """A new share of the same exam, so that no test uses up another's openings."""
    return share(shared.portal, shared.anna, message="For Dr. Roth", allow_download=True)


# -- the way in --


def test_s3_the_link_alone_shows_nothing_and_asks_nothing(browser: Browser, shared: Shared) -> None:
    browser.forget()
    browser.open(shared.url)
    browser.wait_for("document.activeElement.id === 'code'")
    page = browser.evaluate("document.documentElement.outerHTML")
    assert not [word for word in ("MUELLER", "Anna", "1951", "CT", STUDY) if word in page.replace("CTYPE", "")]
    assert [each for each in browser.requests if "/assets/" not in each] == [shared.url]
    assert browser.evaluate("[...document.querySelectorAll('script:not([src]), [style], [onclick]')].length") == 0


def test_the_page_may_run_nothing_but_its_own_scripts_and_be_framed_by_nobody(shared: Shared) -> None:
    answer = shared.portal.get(shared.url.removeprefix(shared.portal.url))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content == shared.portal.get("/s").content


@pytest.mark.parametrize("path", ["/assets/../routes.py", "/assets/..%2f..%2fsettings.py", "/assets/", "/assets/x"])
def test_nothing_but_the_pages_own_files_is_served(shared: Shared, path: str) -> None:
    assert shared.portal.get(path).status_code == 404


def test_s11_a_wrong_code_tells_how_many_tries_are_left(browser: Browser, shared: Shared) -> None:
    fresh = _again(shared)
    browser.forget()
    browser.open(fresh.url)
    browser.type("#code", "AAAAAA")
    browser.press("Enter")
    browser.wait_for("!document.querySelector('#code-trouble').hidden")
    assert "9 more times" in text(browser, "#code-trouble")
    assert browser.evaluate("document.activeElement.id") == "code"
    assert browser.evaluate("document.querySelector('#code').getAttribute('aria-invalid')") == "true"


def test_a_revoked_share_and_a_link_of_nobody_get_the_same_neutral_sentence(browser: Browser, shared: Shared) -> None:
    revoked = _again(shared)
    shared.portal.said(200, shared.portal.post(f"/api/v1/shares/{revoked.share['id']}/revoke", shared.anna.token))
    said = []
    for url in (revoked.url, f"{shared.portal.url}/s/{'x' * 22}"):
        browser.open(url)
        browser.type("#code", "AAAAAA")
        browser.click("#open")
        browser.wait_for("!document.querySelector('#end').hidden")
        said.append(text(browser, "#end"))
    assert said[0] == said[1]
    assert "ask the person who gave it to you" in said[0]


def test_s5_a_share_that_was_used_up_says_so_to_who_has_the_code(browser: Browser, shared: Shared) -> None:
    once = share(shared.portal, shared.anna, max_accesses=1)
    shared.portal.said(
        200, shared.portal.post("/api/v1/redeem", json={"share_code": once.share_code, "recipient_name": None})
    )
    browser.forget()
    browser.open(once.url)
    browser.type("#code", once.code)
    browser.click("#open")
    browser.wait_for("!document.querySelector('#end').hidden")
    assert "opened as often as it may be" in text(browser, "#end-words")


def test_a_typed_share_code_opens_the_exam_and_the_owner_sees_who_came(browser: Browser, shared: Shared) -> None:
    fresh = _again(shared)
    browser.forget()
    browser.open(shared.portal.url + "/s")
    browser.evaluate("sessionStorage.clear()")
    browser.open(shared.portal.url + "/s")
    browser.type("#code", fresh.share_code.lower().replace("-", " "))
    browser.type("#name", "Dr. Roth")
    browser.click("#open")
    wait_for_picture(browser)
    lines = shared.portal.said(200, shared.portal.get(f"/api/v1/audit?share={fresh.share['id']}", shared.anna.token))
    opened = [line for line in lines["activity"] if line["kind"] == "share-opened"]
    assert [line["details"]["recipient_name"] for line in opened] == ["Dr. Roth"]


def test_no_opening_is_spent_before_what_shows_the_images_is_here(browser: Browser, shared: Shared) -> None:
    fresh = _again(shared)
    browser.forget()
    browser.lose("*/viewer/viewer.js")
    try:
        browser.open(fresh.url)
        browser.type("#code", fresh.code)
        browser.click("#open")
        browser.wait_for("!document.querySelector('#code-trouble').hidden")
    finally:
        browser.lose()
    assert "does not answer" in text(browser, "#code-trouble")
    owned = shared.portal.said(200, shared.portal.get("/api/v1/shares", shared.anna.token))["shares"]
    assert [one["accesses_used"] for one in owned if one["id"] == fresh.share["id"]] == [0]
    browser.click("#open")
    wait_for_picture(browser)


def test_r1_the_exam_says_whose_it_is_how_long_it_is_open_and_what_it_is_not(entered: Browser) -> None:
    entered.wait_for(DONE)
    assert text(entered, "#who") == "Anna MUELLER"
    assert "4 May 1951" in text(entered, "#exam")
    assert "12 March 2019" in text(entered, "#exam")
    assert text(entered, "#message-words") == "For Dr. Roth"
    assert "Not for diagnosis" in text(entered, ".rules")
    assert "Your time here ends at" in text(entered, "#until")
    assert text(entered, "#openings").startswith("9 more openings until ")
    assert text(entered, "#progress").endswith("images, 1 cannot be shown")
    assert entered.evaluate("document.title") == "Shared medical images"


def test_r1_every_series_has_its_picture_and_says_how_many_images_it_holds(entered: Browser) -> None:
    entered.wait_for("[...document.querySelectorAll('#strip img')].every(e => e.naturalWidth || e.className)")
    drawn = entered.evaluate("[...document.querySelectorAll('#strip img')].map(each => each.naturalWidth > 0)")
    assert drawn.count(True) >= len(FILES) - 2
    words = entered.evaluate("[...document.querySelectorAll('#strip .words span')].map(each => each.textContent)")
    assert words[FILES.index("emri_small.dcm")] == "MR · 1 image · 10 frames"
    assert words[0] == "CT · 1 image"


def test_kinds_are_said_in_words_and_a_report_is_no_image(entered: Browser) -> None:
    entered.wait_for(DONE)
    words = entered.evaluate("[...document.querySelectorAll('#strip .words span')].map(each => each.textContent)")
    assert words[FILES.index("RG1_UNCR.dcm")] == "X-ray · 1 image"
    assert words[FILES.index("US1_UNCR.dcm")] == "Ultrasound · 1 image"
    assert words[REPORT_PLACE] == "Report · 1 document"
    assert text(entered, "#progress").startswith(f"{len(FILES) - 1} images")
    entered.evaluate(f"document.querySelectorAll('#strip button')[{REPORT_PLACE}].click()")
    entered.wait_for("document.querySelector('#place').textContent === 'Document 1 of 1'")


def test_a_browser_of_long_ago_gets_ready_made_pictures(browser: Browser, shared: Shared) -> None:
    fresh = _again(shared)
    browser.forget()
    browser.open(fresh.url)
    browser.evaluate(
        "new Promise(done => { const form = document.querySelector('#code-form');"
        " form.replaceWith(form.cloneNode(true));"
        " const script = document.createElement('script'); script.src = '/assets/recipient/plain.js';"
        " script.onload = done; document.head.append(script); })"
    )
    browser.type("#code", fresh.code)
    browser.click("#open")
    browser.wait_for("document.querySelector('#gate img')?.naturalWidth === 128")
    assert "Not for diagnosis" in text(browser, "#gate")
    browser.evaluate("[...document.querySelectorAll('#gate button')].at(-1).click()")
    browser.wait_for("document.querySelector('#gate img').naturalWidth === 64")


def test_on_a_low_screen_the_name_is_seen_first(browser: Browser, shared: Shared) -> None:
    enter(browser, _again(shared), width=640, height=400)
    assert browser.evaluate("scrollY") == 0


# -- the pictures --


def _expected(shared: Shared, place: int, index: int = 0, window: tuple[float, float] | None = None) -> NDArray[Any]:
    """What the one pipeline makes of a frame, as RGB; frames without a window have one together."""
    services = shared.portal.services
    with services.database.reading() as session:
        row = session.query(InstanceRow).filter_by(sop_instance_uid=f"{STUDY}.{place + 1}.1").one()
    content, job = services.store.content(row.sha256), QuietJob()
    said, ref = services.decoder.describe(content, job), FrameRef(content, index)
    stored = services.decoder.frame(ref, job, for_display=True)
    of_all = find_window(services.decoder, services.decoder.describe, [(content, row.number_of_frames or 1)], job)
    pixels = picture(stored, said, index, window=window or of_all).pixels
    return _with_lines(pixels, line_mask(services.decoder.overlays(ref, job), said.rows, said.columns))


def _with_lines(pixels: NDArray[Any], lines: NDArray[np.uint8]) -> NDArray[Any]:
    """Draw lines white within black that lets something through, as the page lays them over the picture."""
    shown = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
    beside = cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0
    drawn = np.where(beside[:, :, None], np.rint(shown * (1 - _OUTLINE / 255)), shown)
    drawn[lines > 0] = 255
    return drawn.astype(np.uint8)


def _furthest(browser: Browser, expected: NDArray[Any]) -> int:
    """Tell by how much any shown pixel differs."""
    seen, column, row = canvas_pixels(browser)
    part = expected[row : row + seen.shape[0], column : column + seen.shape[1]]
    assert seen.size > 0
    assert part.shape == seen.shape
    return int(np.abs(part.astype(int) - seen.astype(int)).max())


@pytest.mark.parametrize("place", range(REPORT_PLACE), ids=[name.removesuffix(".dcm") for name in FILES[:REPORT_PLACE]])
def test_r1_grey_and_colour_are_those_of_the_one_pipeline(browser: Browser, shared: Shared, place: int) -> None:
    if not is_shown(browser, "#viewer"):
        enter(browser, _again(shared))
    open_series(browser, place)
    assert _furthest(browser, _expected(shared, place)) <= 1


def test_r1_every_frame_of_an_object_is_its_own(entered: Browser, shared: Shared) -> None:
    place = FILES.index("emri_small.dcm")
    open_series(entered, place)
    entered.press("End")
    entered.wait_for(f"({SHOWN}.path || '').endsWith('/frames/10')")
    assert text(entered, "#place") == "Frame 10 of 10"
    assert _furthest(entered, _expected(shared, place, 9)) <= 1


def test_r1_a_preset_gives_its_window_to_the_stored_values(entered: Browser, shared: Shared) -> None:
    open_series(entered, 0)
    entered.wait_for("[...document.querySelectorAll('#looks option')].some(each => each.text === 'Bone')")
    entered.evaluate(
        "(() => { const looks = document.querySelector('#looks');"
        " looks.value = [...looks.options].find(each => each.text === 'Bone').value;"
        " looks.dispatchEvent(new Event('change')); })()"
    )
    entered.wait_for(f"{SHOWN}.width === 2000")
    assert _furthest(entered, _expected(shared, 0, window=(2000, 350))) <= 1
    assert "Width 2000 · Level 350 HU" in text(entered, "#corner-look")


def test_r1_dragging_with_the_right_button_windows_and_reset_takes_it_back(entered: Browser, shared: Shared) -> None:
    place = FILES.index("RG1_UNCR.dcm")
    open_series(entered, place)
    before = shown(entered)
    entered.drag((700, 400), (760, 340), button="right")
    entered.wait_for(f"{SHOWN}.width !== {before['width']}")
    entered.wait_for("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
    after = shown(entered)
    assert after["width"] > before["width"]
    assert after["center"] < before["center"]
    assert _furthest(entered, _expected(shared, place, window=(after["width"], after["center"]))) <= 1
    entered.click("#reset")
    entered.wait_for(f"{SHOWN}.width === {before['width']}")


@pytest.mark.long
def test_the_files_own_table_can_be_left_for_a_window(entered: Browser, shared: Shared) -> None:
    place = FILES.index("vlut_04.dcm")
    open_series(entered, place)
    entered.press("s")
    entered.wait_for(f"{SHOWN}.width > 1")
    after = shown(entered)
    assert _furthest(entered, _expected(shared, place, window=(after["width"], after["center"]))) <= 1


def test_pixels_that_are_not_square_are_drawn_as_they_are(browser: Browser, shared: Shared) -> None:
    with running_portal(shared.portal.data.parent / "narrow") as portal:
        anna = portal.account(NAME, BIRTH_DATE)
        send(portal, anna.token, [written(annas("MR_small.dcm", 1, PixelSpacing=[2.0, 1.0]))])
        enter(browser, share(portal, anna))
        at = shown(browser)
    browser.open(shared.url)  # the next test goes on where this one ends
    browser.requests.clear()
    assert at["rows"] == pytest.approx(2 * at["columns"])


# -- how a picture lies, and what is told of it: as in the window --

TURNS: dict[str, Callable[[ViewState], ViewState]] = {
    "h": flipped_horizontally,
    "v": flipped_vertically,
    "[": lambda view: rotated(view, -1),
    "]": lambda view: rotated(view, 1),
}


def _described(shared: Shared, place: int) -> ObjectDescription:
    services = shared.portal.services
    with services.database.reading() as session:
        row = session.query(InstanceRow).filter_by(sop_instance_uid=f"{STUDY}.{place + 1}.1").one()
    return services.decoder.describe(services.store.content(row.sha256), QuietJob())


def _edges(browser: Browser) -> EdgeLetters:
    return EdgeLetters(*(text(browser, f"#edge-{side}") for side in ("left", "top", "right", "bottom")))


@pytest.mark.sweep(keep=6)
@pytest.mark.parametrize("keys", ["", "h", "v", "[", "]", "hv", "h]", "]h", "v[", "[v", "]]", "]h]"])
@pytest.mark.parametrize("name", ["MR_small.dcm", "CT_small.dcm"])
def test_a_turned_picture_and_its_letters_lie_as_in_the_window(
    browser: Browser, shared: Shared, name: str, keys: str
) -> None:
    if not is_shown(browser, "#viewer"):
        enter(browser, _again(shared))
    place, view = FILES.index(name), ViewState()
    open_series(browser, place)
    browser.press("r")
    browser.press("a")
    for key in keys:
        browser.press(key)
        view = TURNS[key](view)
    browser.wait_for(f"{SHOWN}.quarters === {view.quarter_turns} && {SHOWN}.exact")
    browser.wait_for(f"{SHOWN}.mirrored === {str(view.flipped).lower()}")
    letters = edge_letters(_described(shared, place))
    assert letters != EdgeLetters()
    assert _edges(browser) == on_screen(letters, view)
    upright = np.rot90(whole_canvas(browser), view.quarter_turns)
    upright = np.fliplr(upright) if view.flipped else upright
    at, expected = shown(browser), _expected(shared, place)
    seen = upright[at["top"] : at["top"] + expected.shape[0], at["left"] : at["left"] + expected.shape[1]]
    assert np.abs(seen.astype(int) - expected.astype(int)).max() <= 1
    browser.press("r")
    browser.wait_for(f"{SHOWN}.quarters === 0 && {SHOWN}.mirrored === false")
    assert _edges(browser) == letters


@pytest.mark.long
def test_another_series_lies_upright_and_the_turned_one_stays_turned(entered: Browser, shared: Shared) -> None:
    turned, other = FILES.index("MR_small.dcm"), FILES.index("CT_small.dcm")
    open_series(entered, turned)
    entered.click("#mirror")
    entered.click("#turn-left")
    entered.wait_for(f"{SHOWN}.quarters === 3 && {SHOWN}.mirrored === true")
    letters = _edges(entered)
    open_series(entered, other)
    assert (shown(entered)["quarters"], shown(entered)["mirrored"]) == (0, False)
    assert _edges(entered) == edge_letters(_described(shared, other))
    open_series(entered, turned)
    assert (shown(entered)["quarters"], shown(entered)["mirrored"]) == (3, True)
    assert _edges(entered) == letters


def _point(browser: Browser, x: float, y: float) -> tuple[float, float]:
    """Tell which point of the picture lies at a place of the canvas, by the window's way of turning."""
    at = shown(browser)
    width, height = browser.evaluate(
        "[document.querySelector('#picture').width, document.querySelector('#picture').height]"
    )
    view = ViewState(quarter_turns=at["quarters"], flipped=at["mirrored"])
    u, v = unturn_vector(view, (x - width / 2, y - height / 2))
    wide, high = (height, width) if at["quarters"] % 2 else (width, height)
    scale = at["columns"] / at["of"]
    return (u + wide / 2 - at["left"]) / scale, (v + high / 2 - at["top"]) / scale


@pytest.mark.long
def test_a_turned_picture_follows_the_hand(entered: Browser) -> None:
    open_series(entered, FILES.index("MR_small.dcm"))
    for key in "]h":
        entered.press(key)
    entered.wait_for(f"{SHOWN}.quarters === 3 && {SHOWN}.mirrored === true")
    box = entered.evaluate(
        "(r => [r.left, r.top, r.width, r.height])(document.querySelector('#screen').getBoundingClientRect())"
    )
    x, y = round(box[0] + box[2] / 2) + 12, round(box[1] + box[3] / 2) - 20
    before, size = _point(entered, x - box[0], y - box[1]), shown(entered)["columns"]
    entered.wheel(x, y, -200, ctrl=True)
    entered.wait_for(f"{SHOWN}.columns > {size}")
    after = _point(entered, x - box[0], y - box[1])
    assert after == pytest.approx(before, abs=1)
    middle = shown(entered)
    entered.press("ArrowRight", shift=True)
    entered.wait_for(f"{SHOWN}.top !== {middle['top']} || {SHOWN}.left !== {middle['left']}")
    moved = _point(entered, x - box[0] + 40, y - box[1])
    assert moved == pytest.approx(after, abs=1)


@pytest.mark.parametrize("name", ["MR_small.dcm", "CT_small.dcm", "RG1_UNCR.dcm", "US1_UNCR.dcm"])
def test_the_corner_tells_of_a_picture_what_the_window_tells(browser: Browser, shared: Shared, name: str) -> None:
    if not is_shown(browser, "#viewer"):
        enter(browser, _again(shared))
    place = FILES.index(name)
    open_series(browser, place)
    speech = Speech(str, str, str, str)
    said = corner_texts(_described(shared, place), 0, Situation(1, 1), speech).bottom_right
    told = browser.evaluate("[...document.querySelectorAll('#corner-series span')].map(each => each.textContent)")
    assert told[1:] == [line.text for line in said[1:]]
    assert (name == "MR_small.dcm") == any("Echo time" in line for line in told)


@pytest.mark.long
def test_the_corner_follows_from_image_to_image(browser: Browser, shared: Shared) -> None:
    files = []
    for number, (place, echo) in enumerate((("-12.5", "10"), ("3", "20"), ("18.5", "30")), 1):
        data_set = annas("MR_small.dcm", 1, SOPInstanceUID=f"{STUDY}.1.{number}", InstanceNumber=number)
        data_set.SliceLocation, data_set.EchoTime = place, echo
        files.append(written(data_set))
    with running_portal(shared.portal.data.parent / "places") as portal:
        anna = portal.account(NAME, BIRTH_DATE)
        send(portal, anna.token, files)
        enter(browser, share(portal, anna))
        for number, (where, how) in enumerate((("−12.5", 10), ("3", 20), ("18.5", 30)), 1):
            browser.wait_for(f"({SHOWN}.path || '').includes('/instances/{STUDY}.1.{number}/')")
            told = text(browser, "#corner-series")
            assert f"at {where} mm" in told
            assert f"Echo time {how} ms" in told
            browser.press("ArrowDown")


# -- what cannot be shown --


@pytest.mark.parametrize(
    "place, words",
    [(REPORT_PLACE, "This is a written report"), (REPORT_PLACE + 1, "This file is no picture")],
)
def test_an_object_that_cannot_be_shown_has_words_in_its_place(entered: Browser, place: int, words: str) -> None:
    entered.evaluate(f"document.querySelectorAll('#strip button')[{place}].click()")
    entered.wait_for(f"document.querySelector('#cannot-title').textContent === '{words}'")
    assert is_shown(entered, "#cannot")
    assert words in entered.evaluate("document.querySelector('#screen').getAttribute('aria-label')")
    entered.evaluate("document.querySelectorAll('#strip button')[0].click()")
    entered.wait_for("document.querySelector('#cannot').hidden")


def test_a_damaged_image_says_that_a_part_may_be_missing(entered: Browser) -> None:
    entered.evaluate(f"document.querySelectorAll('#strip button')[{DAMAGED_PLACE}].click()")
    entered.wait_for("document.querySelector('#corner-image .lost')?.textContent === 'A part may be missing'")


@pytest.mark.long
def test_a_picture_too_large_for_a_canvas_says_that_it_has_fewer_pixels(browser: Browser, shared: Shared) -> None:
    data_set = annas("CT_small.dcm", 1, PatientName="LARGE^ANNA", PatientID="A-2", StudyInstanceUID=f"{STUDY}.9")
    data_set.Rows = data_set.Columns = 4100
    data_set.PixelData = bytes(4100 * 4100 * 2)
    large = shared.portal.account("LARGE^ANNA", BIRTH_DATE)
    send(shared.portal, large.token, [written(data_set)])
    enter(browser, share(shared.portal, large))
    browser.wait_for("document.querySelector('#corner-image .mark')")
    assert "Very large: shown with fewer pixels" in text(browser, "#corner-image")


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_letters_of_the_sides_stand_clear_of_the_corners(browser: Browser, shared: Shared, width: int) -> None:
    enter(browser, _again(shared), width=width, height=844, mobile=width < 800)
    browser.evaluate(
        "document.querySelector('#edge-top').textContent = 'AFR';"
        "for (const corner of document.querySelectorAll('.corner.top')) corner.textContent = 'Wide title '.repeat(30)"
    )
    sides = "(id => { const r = document.querySelector(id).getBoundingClientRect(); return [r.left, r.right]; })"
    letters, who, title = (
        browser.evaluate(f"{sides}('#{part}')") for part in ("edge-top", "corner-who", "corner-series")
    )
    assert who[1] < letters[0]
    assert letters[1] < title[0]


def test_the_letters_of_the_sides_are_read_on_white_and_take_no_room_where_there_are_none(entered: Browser) -> None:
    ratio, empty = entered.evaluate(
        "(() => { const side = document.querySelector('#edge-top'); side.textContent = 'A';"
        " const said = getComputedStyle(side);"
        " const numbers = colour => colour.match(/[\\d.]+/g).map(Number);"
        " const light = c => c.slice(0, 3).map(v => v / 255)"
        ".map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)"
        ".reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);"
        " const [r, g, b, much = 1] = numbers(said.backgroundColor);"
        " const ground = [r, g, b].map(v => v * much + 255 * (1 - much));"
        " const ratio = (light(numbers(said.color)) + 0.05) / (light(ground) + 0.05);"
        " side.textContent = ''; return [ratio, side.getBoundingClientRect().width]; })()"
    )
    assert ratio > 4.5
    assert empty == 0


def test_on_a_narrow_phone_no_number_in_a_corner_is_cut(browser: Browser, shared: Shared) -> None:
    enter(browser, _again(shared), width=360, height=740, mobile=True)
    lines = (
        "A very long name of a series indeed",
        "Slice 12.525 mm at \u22121234.5 mm",
        "b 1000 s/mm² · Echo time 85.25 ms",
    )
    spans = "".join(f"<span>{words}</span>" for words in lines)
    corner = "document.querySelector('#corner-series')"
    fits = f"[{corner}, ...[...{corner}.children].slice(1)].map(each => each.scrollWidth <= each.clientWidth)"
    # in one go: the page writes its own lines there as it learns more
    assert browser.evaluate(f"{corner}.innerHTML = {spans!r}, {fits}") == [True, True, True]


@pytest.mark.long
def test_a_series_that_is_not_there_yet_says_no_window_of_the_one_before(browser: Browser, shared: Shared) -> None:
    enter(browser, _again(shared))
    open_series(browser, 1)
    assert "Level" in text(browser, "#corner-look")
    after = browser.evaluate(
        "(() => { const [strip, look] = ['#strip', '#corner-look'].map(each => document.querySelector(each));"
        " const asked = window.fetch; window.fetch = () => new Promise(() => {});"
        " [...strip.querySelectorAll('button')].at(-1).click(); window.fetch = asked;"
        " return [document.querySelector('#loading').hidden, look.textContent]; })()"
    )
    assert after == [False, ""]


@pytest.mark.long
def test_a_long_title_leaves_the_buttons_in_the_first_row(entered: Browser) -> None:
    entered.evaluate("document.querySelector('#exam').textContent = 'CT of the chest, X-ray of the hand, '.repeat(5)")
    sides = [
        "document.querySelector('#finish').getBoundingClientRect().top",
        "document.querySelector('.who').getBoundingClientRect().bottom",
    ]
    top, bottom = (entered.evaluate(side) for side in sides)
    assert top < bottom


@pytest.mark.long
def test_of_many_exams_the_newest_comes_first_and_the_line_above_names_the_one_that_is_looked_at(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    days = ("20190312", "20220613", "20210512", "20170101", "20180101", "20160101")
    with running_portal(tmp_path_factory.mktemp("many") / "data") as portal:
        anna = portal.account(NAME, BIRTH_DATE)
        for number, day in enumerate(days, 1):
            ids = {"StudyInstanceUID": f"{STUDY}.9{number}", "StudyDate": day}
            said = {"StudyDescription": f"Magnetic resonance tomography of the head and the neck, visit {number}"}
            send(portal, anna.token, [written(annas("MR_small.dcm", number, **ids, **said))])
        enter(browser, share(portal, anna), width=360, height=740, mobile=True)
        years = "[...document.querySelectorAll('#strip h2')].map(each => each.textContent.slice(-4))"
        assert browser.evaluate(years) == ["2022", "2021", "2019", "2018", "2017", "2016"]
        first = "born 4 May 1951 · exam 1 of 6 · 13 June 2022 · Magnetic resonance tomography of the head"
        assert text(browser, "#exam").startswith(first)
        browser.evaluate("document.querySelectorAll('#strip button')[2].click()")
        browser.wait_for("document.querySelector('#exam').textContent.includes('exam 3 of 6 · 12 March 2019')")
        assert text(browser, "#download") == "Download exam 3 of 6"
        said = browser.evaluate("document.querySelector('#download').title")
        assert said.startswith("Download exam 3 of 6: Magnetic resonance tomography of the head")
        assert said.endswith("12 March 2019")
        assert browser.evaluate("document.querySelector('#screen').getBoundingClientRect().height") > 740 / 4
        tools = "document.querySelector('#tools')"
        assert browser.evaluate(f"{tools}.scrollHeight <= {tools}.clientHeight")


def test_without_a_network_the_page_says_so_and_goes_on_by_itself(browser: Browser, shared: Shared) -> None:
    enter(browser, _again(shared), **PHONE)
    browser.connect(False)
    browser.evaluate(f"document.querySelectorAll('#strip button')[{FILES.index('US1_UNCR.dcm')}].click()")
    browser.wait_for("document.querySelector('#loading').textContent.includes('The portal does not answer')")
    browser.connect()
    browser.wait_for(f"({SHOWN}.path || '').includes('/series/{STUDY}.4/')")
    assert not is_shown(browser, "#loading")


# -- the controls --


def test_the_wheel_and_the_slider_scroll_and_ctrl_with_the_wheel_enlarges(entered: Browser) -> None:
    open_series(entered, FILES.index("emri_small.dcm"))
    entered.wheel(700, 400, 100)
    entered.wait_for("document.querySelector('#place').textContent === 'Frame 2 of 10'")
    entered.evaluate(
        "(() => { const s = document.querySelector('#slider'); s.value = 7; s.dispatchEvent(new Event('input')); })()"
    )
    entered.wait_for("document.querySelector('#place').textContent === 'Frame 7 of 10'")
    before = shown(entered)["columns"]
    entered.wheel(700, 400, -200, ctrl=True)
    entered.wait_for(f"{SHOWN}.columns > {before}")
    assert text(entered, "#place") == "Frame 7 of 10"


def test_shift_with_the_wheel_goes_ten_images_on_as_in_the_window(entered: Browser) -> None:
    open_series(entered, FILES.index("emri_small.dcm"))
    entered.wheel(700, 400, 100, shift=True)
    entered.wait_for("document.querySelector('#place').textContent === 'Frame 10 of 10'")
    entered.wheel(700, 400, -100, shift=True)
    entered.wait_for("document.querySelector('#place').textContent === 'Frame 1 of 10'")


def test_everything_can_be_done_with_the_keyboard(entered: Browser) -> None:
    open_series(entered, FILES.index("emri_small.dcm"))
    for key, place in (("ArrowDown", 2), ("End", 10), ("Home", 1)):
        entered.press(key)
        entered.wait_for(f"document.querySelector('#place').textContent === 'Frame {place} of 10'")
    entered.wait_for(f"({SHOWN}.path || '').endsWith('/frames/1')")  # the picture follows the words
    before = shown(entered)
    entered.press("+")
    entered.wait_for(f"{SHOWN}.columns > {before['columns']}")
    left = shown(entered)["left"]
    entered.press("ArrowRight", shift=True)
    entered.wait_for(f"{SHOWN}.left > {left}")
    entered.press("f")
    entered.press("b")
    entered.wait_for(f"{SHOWN}.center < {before['center']}")
    entered.press("B", shift=True)
    entered.press("B", shift=True)
    entered.wait_for(f"{SHOWN}.center > {before['center']}")
    entered.press("0")
    entered.wait_for(f"{SHOWN}.center === {before['center']}")
    entered.press("s")
    entered.wait_for(f"{SHOWN}.width > {before['width']}")
    entered.press("r")
    entered.wait_for(f"{SHOWN}.width === {before['width']}")
    entered.wait_for(f"{SHOWN}.center === {before['center']}")
    for key, series in (("ArrowRight", 7), ("ArrowLeft", 6), ("PageDown", 7)):
        entered.press(key)
        entered.wait_for(f"({SHOWN}.path || '').includes('/series/{STUDY}.{series}/')")
    entered.press("?")
    entered.wait_for("document.querySelector('#keys').open")
    entered.press("Escape")
    entered.wait_for("!document.querySelector('#keys').open")


@pytest.mark.long
def test_number_keys_choose_windows_as_in_the_viewer(entered: Browser) -> None:
    open_series(entered, 0)
    before = shown(entered)
    entered.press("1")
    entered.wait_for(f"{SHOWN}.width === 80 && {SHOWN}.center === 40")
    entered.press("0")
    entered.wait_for(f"{SHOWN}.width === {before['width']}")


@pytest.mark.long
def test_brightness_works_on_colour_too(entered: Browser) -> None:
    place = next(at for at, name in enumerate(FILES) if "RGB" in name.upper() or "color" in name.lower())
    open_series(entered, place)
    before, *at = canvas_pixels(entered)
    entered.press("b")
    entered.wait_for(f"{SHOWN}.width === 255")
    entered.wait_for("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
    after, *again = canvas_pixels(entered)
    assert at == again
    assert np.abs(after - np.clip(before + 20 * 255 / 250, 0, 255)).max() <= 1
    entered.press("0")
    entered.wait_for(f"!{SHOWN}.width")
    assert np.array_equal(canvas_pixels(entered)[0], before)


def test_the_tab_key_reaches_every_control_and_each_has_a_name(entered: Browser) -> None:
    reached = set()
    entered.evaluate("document.querySelector('#screen').focus()")
    for _ in range(60):
        entered.press("Tab")
        reached.add(entered.evaluate("document.activeElement.id || document.activeElement.dataset.mode || ''"))
    assert {"screen", "slider", "next", "fit", "larger", "smaller", "reset", "help", "finish", "download"} <= reached
    names = entered.evaluate(
        "[...document.querySelectorAll('button, a, input, select')].filter(each => each.getClientRects().length)"
        ".map(each => each.textContent.trim() || each.getAttribute('aria-label') || each.labels?.[0]?.textContent)"
    )
    assert all(names)


def test_a_new_place_is_told_to_who_cannot_see_it(entered: Browser) -> None:
    open_series(entered, FILES.index("emri_small.dcm"))
    entered.press("ArrowDown")
    entered.wait_for("document.querySelector('#said').textContent === 'Frame 2 of 10'")


def test_r1_fingers_scroll_swipe_pinch_and_fit_on_a_phone(browser: Browser, shared: Shared) -> None:
    enter(browser, _again(shared), **PHONE)
    browser.evaluate(f"document.querySelectorAll('#strip button')[{FILES.index('emri_small.dcm')}].click()")
    browser.wait_for("document.querySelector('#place').textContent === 'Frame 1 of 10'")
    x, y = browser.evaluate(
        "(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector('#screen').getBoundingClientRect())"
    )
    browser.touch([(x + 80, y)], [(x, y)], [(x - 80, y + 4)])
    browser.wait_for("document.querySelector('#place').textContent === 'Frame 2 of 10'")
    browser.touch([(x - 80, y)], [(x, y)], [(x + 80, y)])
    browser.wait_for("document.querySelector('#place').textContent === 'Frame 1 of 10'")
    browser.touch([(x, y - 40)], [(x, y - 10)], [(x, y + 20)])
    browser.wait_for("document.querySelector('#place').textContent !== 'Frame 1 of 10'")
    before = shown(browser)["columns"]
    browser.touch([(x - 30, y), (x + 30, y)], [(x - 60, y), (x + 60, y)], [(x - 90, y), (x + 90, y)])
    browser.wait_for(f"{SHOWN}.columns > {2 * before}")
    browser.touch([(x, y)])
    browser.touch([(x, y)])
    browser.wait_for(f"Math.abs({SHOWN}.columns - {before}) < 1")


def test_r1_a_swipe_beyond_the_last_image_goes_on_to_the_next_series(browser: Browser, shared: Shared) -> None:
    enter(browser, _again(shared), **PHONE)
    browser.evaluate("document.querySelectorAll('#strip button')[0].click()")
    browser.wait_for(f"({SHOWN}.path || '').includes('/series/{STUDY}.1/')")
    browser.touch([(300, 400)], [(200, 400)], [(120, 400)])
    browser.wait_for(f"({SHOWN}.path || '').includes('/series/{STUDY}.2/')")


def test_r1_one_finger_windows_in_brightness_mode(browser: Browser, shared: Shared) -> None:
    enter(browser, _again(shared), **PHONE)
    browser.evaluate("document.querySelectorAll('#strip button')[1].click()")
    browser.wait_for(f"({SHOWN}.path || '').includes('/series/{STUDY}.2/')")
    before = shown(browser)
    browser.click("[data-mode=window]")
    browser.touch([(150, 400)], [(180, 390)], [(210, 380)])
    browser.wait_for(f"{SHOWN}.width > {before['width']}")


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("screen", [PHONE, {"width": 640, "height": 400}, {"width": 1280, "height": 800}])
def test_nothing_is_wider_than_the_screen(browser: Browser, shared: Shared, screen: dict[str, Any]) -> None:
    enter(browser, _again(shared), **screen)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not browser.evaluate(wide)
    browser.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not browser.evaluate(wide)


CONTRAST = """(() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = each => { for (; each; each = each.parentElement) {
    const c = numbers(getComputedStyle(each).backgroundColor); if (c.length === 3 || c[3] === 1) return c; }
    return [255, 255, 255]; };
  return [...document.querySelectorAll('h1, h2, p, label, button, a, span, strong, select')]
    .filter(e => e.getClientRects().length && !e.closest(':disabled, .screen, .visually-hidden'))
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(e => { const [a, b] = [light(numbers(getComputedStyle(e).color)), light(ground(e))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.trim().slice(0, 40)]; })
    .filter(([ratio]) => ratio < 4.5);
})()"""


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(browser: Browser, shared: Shared, dark: bool) -> None:
    browser.open(_again(shared).url, dark=dark)
    browser.type("#code", "AAAAAA")
    browser.click("#open")
    browser.wait_for("!document.querySelector('#code-trouble').hidden")
    assert browser.evaluate(CONTRAST) == []
    enter(browser, _again(shared), dark=dark)
    assert browser.evaluate(CONTRAST) == []


# -- reports and downloads --


def _paper() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    paper = Canvas(out)
    for page in (1, 2):
        paper.drawString(100, 700, f"Report, page {page}")
        paper.showPage()
    paper.save()
    return out.getvalue()


@pytest.mark.long
def test_e7_the_released_report_is_shown_as_pages(
    browser: Browser, shared: Shared, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running_portal(tmp_path_factory.mktemp("practice") / "data") as portal:
        anna = portal.account(NAME, BIRTH_DATE, patient_id=PATIENT_ID)
        send(portal, portal.staff_token, [written(annas("MR_small.dcm", 1))])
        exam = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"][0]["id"]
        headers = {"Content-Type": "application/pdf"}
        path = f"/api/v1/staff/exams/{exam}/report"
        assert portal.request("PUT", path, portal.staff_token, data=_paper(), headers=headers).ok
        portal.clock.forward(days=4)
        enter(browser, share(portal, anna))
        assert not is_shown(browser, "#download")
        browser.click("#report")
        browser.wait_for("[...document.querySelectorAll('#paper-pages img')].filter(e => e.naturalWidth).length === 2")
        assert not is_shown(browser, "#paper-save")
        assert browser.evaluate("document.querySelector('#paper-pages img').alt").startswith("Page 1 of 2")
        browser.press("Escape")
        browser.wait_for("!document.querySelector('#paper').open")
        enter(browser, share(portal, anna, include_images=False, allow_download=True))
        browser.wait_for("document.querySelectorAll('#paper-pages img').length === 2")
        assert is_shown(browser, "#paper-save")
        enter(browser, share(portal, anna, include_report=False))
        assert not is_shown(browser, "#report")


def test_s10_images_can_be_downloaded_where_the_owner_allows_it(entered: Browser, shared: Shared) -> None:
    assert text(entered, "#download") == "Download"  # of the only exam
    path = entered.evaluate("document.querySelector('#download').getAttribute('href')")
    assert entered.evaluate(f"fetch('{path}').then(answer => answer.status + answer.headers.get('content-type'))") == (
        "200application/zip"
    )


# -- the way out --


def test_loading_the_page_anew_is_not_another_opening(browser: Browser, shared: Shared) -> None:
    fresh = _again(shared)
    enter(browser, fresh)
    browser.open(fresh.url)
    wait_for_picture(browser)
    said = shared.portal.said(200, shared.portal.get(f"/api/v1/shares/{fresh.share['id']}", shared.anna.token))
    assert said["accesses_used"] == 1
    assert text(browser, "#openings").startswith("9 more openings")


def test_closing_ends_the_session_and_leaves_nothing_on_the_screen(entered: Browser, shared: Shared) -> None:
    session = entered.evaluate("JSON.parse(sessionStorage.getItem('share-session')).session")
    headers = {"Authorization": f"Share {session}"}
    assert shared.portal.get("/api/v1/view/session", headers=headers).status_code == 200
    entered.click("#finish")
    entered.wait_for("!document.querySelector('#end').hidden")
    entered.wait_for("!document.documentElement.outerHTML.includes('MUELLER')")
    assert entered.evaluate("sessionStorage.length") == 0
    entered.wait_for(
        f"fetch('/api/v1/view/session', {{headers: {{Authorization: 'Share {session}'}}}}).then(a => a.status === 401)"
    )


def test_s9_a_revoked_share_leaves_the_screen_at_the_next_image(browser: Browser, shared: Shared) -> None:
    fresh = _again(shared)
    enter(browser, fresh, **PHONE)
    shared.portal.said(200, shared.portal.post(f"/api/v1/shares/{fresh.share['id']}/revoke", shared.anna.token))
    browser.evaluate(f"document.querySelectorAll('#strip button')[{FILES.index('US1_UNCR.dcm')}]?.click()")
    browser.wait_for("!document.querySelector('#end').hidden")
    assert "can no longer be seen" in text(browser, "#end-words")
    assert "MUELLER" not in browser.evaluate("document.documentElement.outerHTML")


def test_s9_a_page_somebody_comes_back_to_asks_whether_it_is_still_shared(browser: Browser, shared: Shared) -> None:
    fresh = _again(shared)
    enter(browser, fresh)
    back = "document.dispatchEvent(new Event('visibilitychange'))"
    with_answer = "performance.getEntriesByName(location.origin + '/api/v1/view/session').length"
    browser.evaluate(back)
    browser.wait_for(f"{with_answer} === 1")
    assert is_shown(browser, "#viewer")  # it is
    shared.portal.said(200, shared.portal.post(f"/api/v1/shares/{fresh.share['id']}/revoke", shared.anna.token))
    browser.evaluate(back)
    browser.wait_for("!document.querySelector('#end').hidden")
    assert "MUELLER" not in browser.evaluate("document.documentElement.outerHTML")


def test_s5_an_hour_ends_with_words(browser: Browser, shared: Shared) -> None:
    enter(browser, _again(shared), **PHONE)
    shared.portal.clock.forward(minutes=61)
    browser.evaluate(f"document.querySelectorAll('#strip button')[{FILES.index('US1_UNCR.dcm')}]?.click()")
    browser.wait_for("!document.querySelector('#end').hidden")
    shared.portal.clock.forward(minutes=-61)
    assert not is_shown(browser, "#viewer")
    assert "MUELLER" not in browser.evaluate("document.documentElement.outerHTML")


def test_what_is_shown_is_kept_by_nobody(shared: Shared) -> None:
    opened = shared.portal.said(
        200, shared.portal.post("/api/v1/redeem", json={"share_code": _again(shared).share_code})
    )
    headers = {"Authorization": f"Share {opened['session']}"}
    base = f"/api/v1/view/studies/{STUDY}"
    one = f"{base}/series/{STUDY}.1/instances/{STUDY}.1.1"
    for path in (base, one, f"{one}/frames/1", f"{one}/thumbnail"):
        answer = shared.portal.get(path, headers=headers)
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert shared.portal.get(path).status_code == 401


def test_another_persons_study_is_not_there(shared: Shared) -> None:
    other = shared.portal.account("SOMEBODY^ELSE", "19600101")
    assert shared.portal.get(f"/api/v1/view/studies/{STUDY}", other.token).status_code == 404
    one = f"/api/v1/view/studies/{STUDY}/series/{STUDY}.1/instances/{STUDY}.1.1/frames/1"
    assert shared.portal.get(one, other.token).status_code == 404
    assert shared.portal.get(one, shared.anna.token).status_code == 200
    assert shared.portal.get(one.replace("frames/1", "frames/9"), shared.anna.token).status_code == 404


# -- windows no file gives --


def _slices(number: int, values: list[NDArray[Any]], **said: Any) -> list[bytes]:
    """Make a series of slices without any window."""
    made = []
    for place, stored in enumerate(values):
        uid = f"{STUDY}.{number}.{place + 1}"
        data_set = annas("MR_small.dcm", number, SOPInstanceUID=uid, InstanceNumber=place + 1, **said)
        for keyword in ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "PixelPaddingValue"):
            if keyword in data_set:
                delattr(data_set, keyword)
        data_set.PixelData = stored.astype("<i2").tobytes()
        made.append(written(data_set))
    return made


@pytest.mark.long
def test_a_series_without_windows_has_one_for_all_its_images(browser: Browser, shared: Shared) -> None:
    ramp = np.tile(np.linspace(0, 800, 64), (64, 1))
    with running_portal(shared.portal.data.parent / "bare") as portal:
        anna = portal.account(NAME, BIRTH_DATE, PATIENT_ID)
        send(portal, anna.token, _slices(1, [ramp * 0, ramp, ramp / 2, ramp]))
        enter(browser, share(portal, anna))
        browser.wait_for(f"{SHOWN}.width > 700")
        seen = []
        for place in range(1, 5):
            browser.wait_for(f"({SHOWN}.path || '').includes('/instances/{STUDY}.1.{place}/')")
            browser.press("a")
            browser.wait_for(f"{SHOWN}.exact")
            looks = shown(browser)
            seen.append((looks["center"], looks["width"], int(canvas_pixels(browser)[0].max())))
            browser.press("ArrowDown")
    assert len({look[:2] for look in seen}) == 1
    assert [brightest > 200 for _, _, brightest in seen] == [False, True, False, True]
    assert 110 < seen[2][2] < 140  # half the values, half as bright


@pytest.mark.long
def test_small_values_are_told_as_they_are_before_anything_is_dragged(browser: Browser, shared: Shared) -> None:
    ramp = np.tile(np.linspace(0, 3000, 64), (64, 1))
    rescale = {"RescaleSlope": "0.000001", "RescaleIntercept": "0"}
    with running_portal(shared.portal.data.parent / "small") as portal:
        anna = portal.account(NAME, BIRTH_DATE, PATIENT_ID)
        send(portal, anna.token, _slices(1, [ramp], **rescale))
        enter(browser, share(portal, anna))
        browser.wait_for("document.querySelector('#corner-look').textContent.includes('Width')")
        assert text(browser, "#corner-look") == "Width 0.003 · Level 0.0015"
        assert browser.evaluate("document.querySelector('#looks option').textContent") == "Automatic"
        browser.evaluate(
            "(() => { const looks = document.querySelector('#looks'); looks.value = 'full';"
            " looks.dispatchEvent(new Event('change')); })()"
        )
        assert text(browser, "#corner-look") == "Width 0.003 · Level 0.0015"
