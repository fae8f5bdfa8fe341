"""Cornerstone3D's image loader in a browser, from another origin, sees the pixels pydicom reads from the same file."""

from __future__ import annotations

import functools
import io
import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import imagecodecs
import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_color_lut, pixel_array
from pydicom.uid import JPEG2000, generate_uid

from app.demo.browsing.browser import Browser, find_chromium
from core.workers.worker import WorkerPool
from dicom.reading.elements import quietly
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.tools import REPOSITORY, skip_or_fail
from tests.unit.portal.server.dicomweb.senders import made, real, sent

pytestmark = pytest.mark.shared_workers  # the portal and the browser of this file end with it
VIEWERS = REPOSITORY / ".venv" / "viewers" / "out"
PAGE = '<!doctype html><meta charset="utf-8"><script type="module" src="page.js"></script>'


class Quiet(SimpleHTTPRequestHandler):
    """Serves the viewer; as modules need it, scripts are called what they are."""

    extensions_map: ClassVar[dict[str, str]] = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The viewer's own address."""
    if find_chromium() is None:
        skip_or_fail("chromium is not installed")
    if not (VIEWERS / "page.js").is_file():
        skip_or_fail("Cornerstone3D is not there (packaging/viewers.sh)")
    folder = tmp_path_factory.mktemp("viewer")
    for file in VIEWERS.iterdir():
        (folder / file.name).symlink_to(file)
    (folder / "index.html").write_text(PAGE, "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="viewer")
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def portal(viewer: str, tmp_path_factory: pytest.TempPathFactory, portal_pool: WorkerPool) -> Iterator[Portal]:
    """A portal that lets this viewer in."""
    folder = tmp_path_factory.mktemp("seen") / "portal"
    with running_portal(folder, workers=portal_pool, origins=(viewer,)) as running:
        yield running


@pytest.fixture(scope="module")
def anna(portal: Portal) -> SignedIn:
    return portal.account()


@pytest.fixture(scope="module")
def browser(viewer: str) -> Iterator[Browser]:
    with Browser() as opened:
        opened.open(viewer)
        opened.wait_for("window.portalTest")
        yield opened


def seen(
    browser: Browser, portal: Portal, anna: SignedIn, data_set: Dataset, frames: list[int], accept: str | None = None
) -> list[Any]:
    """Give what the viewer has of some frames."""
    names = {
        "studyInstanceUID": data_set.StudyInstanceUID,
        "seriesInstanceUID": data_set.SeriesInstanceUID,
        "sopInstanceUID": data_set.SOPInstanceUID,
    }
    question = {
        "base": f"{portal.url}/dicomweb", "token": anna.token, "names": names, "frames": frames, "accept": accept,
    }  # fmt: skip
    found = browser.evaluate(f"window.portalTest.run({json.dumps(question)})")
    return [
        np.array(each["pixels"]).reshape(each["rows"], each["columns"], -1).squeeze(axis=None if each["color"] else 2)
        for each in found
    ]


@quietly
def lossy_wavelets() -> bytes:
    """Make a colour image whose codestream holds YBR_ICT."""
    rows, columns = np.mgrid[:64, :96]
    rgb = np.stack([rows * 3, columns * 2, 255 - rows * 2], axis=-1).astype(np.uint8)
    stream = imagecodecs.jpeg2k_encode(rgb, level=45, codecformat="j2k", colorspace="SRGB", mct=True, reversible=False)
    data_set = dcmread(io.BytesIO(made(
        SOPInstanceUID="1.2.77", SeriesInstanceUID="1.2.3.4.77", Rows=64, Columns=96, SamplesPerPixel=3,
        PhotometricInterpretation="YBR_ICT", PlanarConfiguration=0, BitsAllocated=8, BitsStored=8, HighBit=7,
    )))  # fmt: skip
    data_set.PixelData = encapsulate([stream])
    data_set.file_meta.TransferSyntaxUID = JPEG2000
    out = io.BytesIO()
    data_set.save_as(out)
    return out.getvalue()


def own(name: str) -> bytes:
    """Take a file under a number of its own: several have the same."""
    return real(name, SOPInstanceUID=generate_uid())[0]


def planes() -> bytes:
    """Make a colour image stored plane by plane."""
    return made(
        SOPInstanceUID="1.2.78", SeriesInstanceUID="1.2.3.4.78", Rows=8, Columns=16, SamplesPerPixel=3,
        PhotometricInterpretation="RGB", PlanarConfiguration=1, BitsAllocated=8, BitsStored=8, HighBit=7,
        PixelData=bytes(index * 7 % 256 for index in range(8 * 16 * 3)),
    )  # fmt: skip


COLOUR = {
    "RGB": lambda: own("SC_rgb_2frame.dcm"),
    "RGB in planes": planes,
    "YBR_FULL_422 JPEG": lambda: own("examples_ybr_color.dcm"),
    "YBR_FULL JPEG": lambda: own("SC_rgb_jpeg_dcmtk.dcm"),
    "YBR_RCT": lambda: own("US1_J2KR.dcm"),
    "YBR_ICT": lossy_wavelets,
    "RLE": lambda: own("SC_rgb_rle.dcm"),
}


@quietly
@pytest.mark.parametrize("name", COLOUR)
def test_colour_is_seen_as_it_is(browser: Browser, portal: Portal, anna: SignedIn, name: str) -> None:
    data = COLOUR[name]()
    assert sent(portal, anna.token, data).status_code == 200
    data_set = dcmread(io.BytesIO(data))
    frames = frames_of(data_set)
    for pixels, frame in zip(seen(browser, portal, anna, data_set, frames), frames, strict=True):
        wanted = pixel_array(data_set, index=frame - 1)
        assert pixels.shape == wanted.shape
        difference = np.abs(pixels.astype(int) - wanted.astype(int))
        assert difference.mean() < 1.5, frame
        assert np.percentile(difference, 99) <= 8, frame


def frames_of(data_set: Dataset) -> list[int]:
    """Choose the first and the last frame."""
    return sorted({1, int(data_set.get("NumberOfFrames", 1) or 1)})


@quietly
def test_a_jpeg_is_seen_as_it_is_also_as_the_codestream_that_is_stored(
    browser: Browser, portal: Portal, anna: SignedIn
) -> None:
    data = own("SC_rgb_jpeg_dcmtk.dcm")
    assert sent(portal, anna.token, data).status_code == 200
    data_set = dcmread(io.BytesIO(data))
    accept = 'multipart/related; type="image/jpeg"; transfer-syntax=*'
    (pixels,) = seen(browser, portal, anna, data_set, [1], accept)
    assert np.abs(pixels.astype(int) - pixel_array(data_set)).mean() < 1.5


@quietly
def test_a_palette_is_seen_in_its_colours(browser: Browser, portal: Portal, anna: SignedIn) -> None:
    data, data_set = real("OBXXXX1A.dcm")
    assert sent(portal, anna.token, data).status_code == 200
    (pixels,) = seen(browser, portal, anna, data_set, [1])
    wanted = apply_color_lut(pixel_array(data_set), data_set)
    wanted = wanted >> 8 if wanted.max() > 255 else wanted
    assert np.array_equal(pixels, wanted)


@quietly
@pytest.mark.parametrize("name", ["emri_small.dcm", "CT_small.dcm", "MR_small_RLE.dcm", "MR_small_bigendian.dcm"])
def test_grey_values_are_seen_to_the_last_bit(browser: Browser, portal: Portal, anna: SignedIn, name: str) -> None:
    data = own(name)
    assert sent(portal, anna.token, data).status_code == 200
    data_set = dcmread(io.BytesIO(data))
    wanted = frames_of(data_set)
    for frame, pixels in zip(wanted, seen(browser, portal, anna, data_set, wanted), strict=True):
        assert np.array_equal(pixels, pixel_array(data_set, index=frame - 1)), frame


@quietly
def test_the_javascript_client_gets_what_it_asks_for(browser: Browser, portal: Portal) -> None:
    anna = portal.account()
    large = bytes(range(256)) * 100
    data = made(
        SOPInstanceUID="1.2.79", StudyInstanceUID="1.2.79.1", SeriesInstanceUID="1.2.79.2", NumberOfFrames=2,
        PixelData=bytes(64), RedPaletteColorLookupTableData=large,
    )  # fmt: skip
    assert sent(portal, anna.token, data).status_code == 200
    base = f"{portal.url}/dicomweb"
    names = {"studyInstanceUID": "1.2.79.1", "seriesInstanceUID": "1.2.79.2", "sopInstanceUID": "1.2.79"}
    address = f"{base}/studies/1.2.79.1/series/1.2.79.2/instances/1.2.79/bulkdata/00281201"
    question = {"base": base, "token": anna.token, "names": names, "bulkData": address}
    found = browser.evaluate(f"window.portalTest.client({json.dumps(question)})")
    assert found == {
        "studies": 1, "series": 1, "metadata": 1, "instance": len(data), "frames": [32, 32], "bulkData": [len(large)],
    }  # fmt: skip


def test_a_viewer_nobody_let_in_sees_nothing(browser: Browser, shared_portal: Portal) -> None:
    tried = f"fetch('{shared_portal.url}/dicomweb/studies').then(() => 'read', () => 'refused')"
    assert browser.evaluate(tried) == "refused"
