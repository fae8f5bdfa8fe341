"""What the tests of the recipient's page need: an exam that was shared, and a browser that reads its canvas."""

from __future__ import annotations

import base64
import io
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset

from app.demo.browsing.browser import Browser
from tests.portal_tools import Portal, SignedIn
from tests.tools import pydicom_file

NAME, BIRTH_DATE, PATIENT_ID = "MUELLER^ANNA", "19510504", "A-1"
STUDY = "1.2.826.0.1.3680043.8.498.1"
DONE = "document.querySelector('#progress').dataset.done === 'yes'"
_BOUNDARY = "part-of-an-upload"


@dataclass(frozen=True)
class Shared:
    """A share of Anna's, and the files in it by their name."""

    portal: Portal
    anna: SignedIn
    share: dict[str, Any]
    url: str
    code: str
    share_code: str


def annas(name: str, number: int, **values: Any) -> Dataset:
    """Take one of pydicom's files as Anna's, a series of its own in her one study."""
    data_set = dcmread(pydicom_file(name))
    said = {"PatientName": NAME, "PatientBirthDate": BIRTH_DATE, "PatientID": PATIENT_ID, "StudyInstanceUID": STUDY}
    said |= {"SeriesInstanceUID": f"{STUDY}.{number}", "SOPInstanceUID": f"{STUDY}.{number}.1", "StudyDate": "20190312"}
    said |= {"SeriesNumber": number, "SeriesDescription": name, "InstanceNumber": 1}
    for keyword, value in (said | values).items():
        setattr(data_set, keyword, value)
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    return data_set


def written(data_set: Dataset) -> bytes:
    """Write a data set as a file."""
    out = io.BytesIO()
    data_set.save_as(out)
    return out.getvalue()


def send(portal: Portal, token: str, files: Iterable[bytes]) -> None:
    """Store instances, all in one request."""
    mark = f"--{_BOUNDARY}".encode()
    parts = b"".join(mark + b"\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n" for file in files)
    kind = f'multipart/related; type="application/dicom"; boundary={_BOUNDARY}'
    answer = portal.post("/dicomweb/studies", token, data=parts + mark + b"--\r\n", headers={"Content-Type": kind})
    assert answer.status_code == 200, answer.text[:2000]


def share(portal: Portal, anna: SignedIn, **wishes: Any) -> Shared:
    """Share all exams of Anna's."""
    exams = [exam["id"] for exam in portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]]
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    made = portal.said(201, portal.post("/api/v1/shares", anna.token, json={"exams": exams, **wishes}, headers=headers))
    return Shared(portal, anna, made["share"], made["url"], made["verification_code"], made["share_code"])


def enter(browser: Browser, shared: Shared, **screen: Any) -> None:
    """Open the link, type the code, wait for the first picture."""
    browser.forget()
    browser.open(shared.url, **screen)
    browser.evaluate("sessionStorage.clear()")
    browser.open(shared.portal.url + "/s", **screen)
    browser.open(shared.url, **screen)
    browser.type("#code", shared.code)
    browser.click("#open")
    wait_for_picture(browser)


def wait_for_picture(browser: Browser) -> None:
    """Wait until there is a picture or the words in its place."""
    browser.wait_for("shown().path || !document.querySelector('#cannot').hidden".replace("shown()", SHOWN))


SHOWN = "JSON.parse(document.querySelector('#picture').dataset.shown || '{}')"


def shown(browser: Browser) -> dict[str, Any]:
    """Tell what the canvas shows."""
    found: dict[str, Any] = browser.evaluate(SHOWN)
    return found


def text(browser: Browser, selector: str) -> str:
    """Read the text of an element."""
    return str(browser.evaluate(f"document.querySelector({json.dumps(selector)}).textContent.trim()"))


def is_shown(browser: Browser, selector: str) -> bool:
    """Tell whether an element takes up room on the page."""
    return bool(browser.evaluate(f"document.querySelector({json.dumps(selector)})?.getClientRects().length > 0"))


def open_series(browser: Browser, number: int) -> None:
    """Choose a series by its place in the list, from 0, and wait for its picture at the size of its own pixels."""
    browser.evaluate(f"document.querySelectorAll('#strip button')[{number}].click()")
    part = f"/series/{STUDY}.{number + 1}/"
    browser.wait_for(f"({SHOWN}.path || '').includes('{part}') || !document.querySelector('#cannot').hidden")
    browser.press("a")
    browser.wait_for(f"{SHOWN}.exact || {SHOWN}.columns === {SHOWN}.of")


def canvas_pixels(browser: Browser) -> tuple[NDArray[np.uint8], int, int]:
    """Read what of the picture is on the canvas: RGB, and which column and row of the picture it begins with."""
    script = f"""(() => {{
      const at = {SHOWN}, canvas = document.querySelector('#picture');
      const [x, y] = [Math.max(0, at.left), Math.max(0, at.top)];
      const right = Math.min(canvas.width, at.left + Math.round(at.columns));
      const bottom = Math.min(canvas.height, at.top + Math.round(at.rows));
      const image = canvas.getContext('2d').getImageData(x, y, right - x, bottom - y);
      let bytes = '';
      for (let i = 0; i < image.data.length; i += 8192)
        bytes += String.fromCharCode(...image.data.subarray(i, i + 8192));
      return {{data: btoa(bytes), width: image.width, height: image.height, column: x - at.left, row: y - at.top}};
    }})()"""
    read = browser.evaluate(script)
    pixels = np.frombuffer(base64.b64decode(read["data"]), np.uint8).reshape(read["height"], read["width"], 4)
    return pixels[:, :, :3], int(read["column"]), int(read["row"])


def whole_canvas(browser: Browser) -> NDArray[np.uint8]:
    """Read all of the canvas as RGB, as it is on the screen."""
    script = """(() => {
      const canvas = document.querySelector('#picture');
      const image = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let bytes = '';
      for (let i = 0; i < image.data.length; i += 8192)
        bytes += String.fromCharCode(...image.data.subarray(i, i + 8192));
      return {data: btoa(bytes), width: canvas.width, height: canvas.height};
    })()"""
    read = browser.evaluate(script)
    pixels = np.frombuffer(base64.b64decode(read["data"]), np.uint8).reshape(read["height"], read["width"], 4)
    return pixels[:, :, :3]
