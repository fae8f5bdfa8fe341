"""WADO-RS: files as they came, metadata, stored values, finished pictures."""

from __future__ import annotations

import email.parser
import email.policy
import hashlib
import io
import json
import shutil
import threading
from typing import Any

import cv2
import numpy as np
import pytest
import requests
from pydicom import Dataset, dcmread

from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, real, sent

STUDY = "/dicomweb/studies/1.2.3.4"
INSTANCE = f"{STUDY}/series/1.2.3.4.5/instances/1.2.1"


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


def parts(answer: requests.Response) -> list[Any]:
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + answer.content)
    return list(message.iter_parts())


def payloads(answer: requests.Response) -> list[bytes]:
    """Cut the parts out by their own lengths: mail parsers mend line ends."""
    boundary = b"--" + answer.headers["content-type"].rpartition("boundary=")[2].encode()
    found, rest = [], answer.content
    while rest.startswith(boundary + b"\r\n"):
        head, _, rest = rest.partition(b"\r\n\r\n")
        length = int(next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Length")).split(b":")[1])
        found.append(rest[:length])
        rest = rest[length + 2 :]
    assert rest == boundary + b"--\r\n"
    return found


def path_of(data_set: Dataset) -> str:
    return (
        f"/dicomweb/studies/{data_set.StudyInstanceUID}/series/{data_set.SeriesInstanceUID}"
        f"/instances/{data_set.SOPInstanceUID}"
    )


def accepting(kind: str) -> dict[str, str]:
    return {"Accept": f'multipart/related; type="{kind}"; transfer-syntax=*'}


def picture(answer: requests.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_UNCHANGED)


def put(portal: Portal, who: SignedIn, name: str) -> tuple[str, bytes, Dataset]:
    data, data_set = real(name)
    assert sent(portal, who.token, data).status_code == 200
    return path_of(data_set), data, data_set


def test_files_come_back_as_they_were_sent(portal: Portal, anna: SignedIn) -> None:
    datas = [made(SOPInstanceUID=f"1.2.{number}", InstanceNumber=str(number)) for number in (1, 2)]
    sent(portal, anna.token, *datas)
    for path in (STUDY, f"{STUDY}/series/1.2.3.4.5"):
        answer = portal.get(path, anna.token)
        assert payloads(answer) == datas
        assert int(answer.headers["content-length"]) == len(answer.content)
    (part,) = parts(portal.get(INSTANCE, anna.token))
    assert part["content-type"].params["transfer-syntax"] == "1.2.840.10008.1.2.1"


def test_a_large_file_comes_back_whole(portal: Portal, anna: SignedIn) -> None:
    data = made(SOPInstanceUID="1.2.1", Rows=1024, Columns=1024, PixelData=bytes(2 << 20))
    sent(portal, anna.token, data)
    (back,) = payloads(portal.get(INSTANCE, anna.token))
    assert hashlib.sha256(back).digest() == hashlib.sha256(data).digest()


def test_a_transfer_syntax_that_is_not_stored_is_not_pretended(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made(SOPInstanceUID="1.2.1"))
    kind = 'multipart/related; type="application/dicom"; transfer-syntax='
    assert portal.get(INSTANCE, anna.token, headers={"Accept": kind + "1.2.840.10008.1.2.4.50"}).status_code == 406
    for syntax in ("*", "1.2.840.10008.1.2.1"):
        assert portal.get(INSTANCE, anna.token, headers={"Accept": kind + syntax}).status_code == 200


def test_metadata_are_not_pretended_to_be_something_else(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "CT_small.dcm")
    csv = portal.get(f"{path}/metadata", anna.token, headers={"Accept": "text/csv"})
    assert (csv.status_code, csv.json()["code"]) == (406, "not-acceptable")
    either = {"Accept": "text/csv, application/json;q=0.5"}
    assert portal.get(f"{path}/metadata", anna.token, headers=either).headers["content-type"] == "application/json"


def test_metadata_are_dicom_json_without_pixels(portal: Portal, anna: SignedIn) -> None:
    path, _data, data_set = put(portal, anna, "CT_small.dcm")
    answer = portal.get(f"{path}/metadata", anna.token)
    assert answer.headers["content-type"] == "application/dicom+json"
    (said,) = answer.json()
    assert said["7FE00010"] == {"vr": "OW", "BulkDataURI": f"{portal.url}{path}/bulkdata/7FE00010"}
    assert "00020010" not in said
    back = Dataset.from_json({tag: element for tag, element in said.items() if tag != "7FE00010"})
    assert (back.SOPInstanceUID, back.Rows, str(back.PatientName)) == (data_set.SOPInstanceUID, 128, "MUELLER^ANNA")


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small_RLE.dcm", "MR_small_bigendian.dcm", "JPEG2000.dcm"])
def test_frames_are_little_endian_stored_values(portal: Portal, anna: SignedIn, name: str) -> None:
    path, _data, data_set = put(portal, anna, name)
    answer = portal.get(
        f"{path}/frames/1", anna.token, headers={"Accept": "multipart/related; type=application/octet-stream"}
    )
    (values,) = payloads(answer)
    wanted = data_set.pixel_array
    assert values == wanted.astype(wanted.dtype.newbyteorder("<")).tobytes()


def test_several_frames_come_in_the_order_asked_for(portal: Portal, anna: SignedIn) -> None:
    path, _data, data_set = put(portal, anna, "emri_small.dcm")
    frames = payloads(portal.get(f"{path}/frames/3,1", anna.token))
    assert frames == [data_set.pixel_array[index].astype("<u2").tobytes() for index in (2, 0)]


def test_the_stored_codestream_comes_where_its_media_type_is_asked_for(portal: Portal, anna: SignedIn) -> None:
    path, _data, data_set = put(portal, anna, "JPEG2000.dcm")
    answer = portal.get(
        f"{path}/frames/1", anna.token, headers={"Accept": 'multipart/related; type="image/jp2"; transfer-syntax=*'}
    )
    (stream,) = payloads(answer)
    assert stream in data_set.PixelData
    assert stream[:4] == b"\xff\x4f\xff\x51"
    wrong = portal.get(f"{path}/frames/1", anna.token, headers=accepting("image/jls"))
    assert wrong.status_code == 406


def test_frames_that_are_not_there_are_told(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "CT_small.dcm")
    for frames, status in (("0", 400), ("2", 404), ("x", 400), ("1,9", 404), ("-1", 400)):
        assert portal.get(f"{path}/frames/{frames}", anna.token).status_code == status, frames


def test_pictures_are_those_of_the_desktop(portal: Portal, anna: SignedIn) -> None:
    from dicom.objects.describe import describe
    from dicom.pixels.frames import read_frame
    from dicom.reading.bytes_source import MemoryBytes
    from dicom.reading.dataset import open_data_set
    from dicom.showing.display import picture as drawn

    path, data, _data_set = put(portal, anna, "CT_small.dcm")
    source = MemoryBytes(data)
    said, layout = describe(open_data_set(source))
    assert layout is not None
    frame = read_frame(source, layout, 0)
    png = {"Accept": "image/png"}
    assert np.array_equal(picture(portal.get(f"{path}/rendered", anna.token, headers=png)), drawn(frame, said).pixels)
    seen = picture(portal.get(f"{path}/frames/1/rendered?window=40,400,linear&viewport=64,64", anna.token, headers=png))
    assert np.array_equal(seen, drawn(frame, said, window=(400, 40), size=(64, 64)).pixels)


def test_pictures_come_as_jpeg_of_the_quality_asked_for(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "color3d_jpeg_baseline.dcm")
    good, poor = (portal.get(f"{path}/rendered?quality={quality}", anna.token) for quality in (95, 10))
    assert good.headers["content-type"] == "image/jpeg"
    assert len(poor.content) < len(good.content) / 2
    assert picture(good).shape == (480, 640, 3)


def test_a_thumbnail_is_small(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "JPEG2000.dcm")
    study = path.split("/series")[0]
    for place in (study, path.split("/instances")[0], path, f"{path}/frames/1"):
        assert max(picture(portal.get(f"{place}/thumbnail", anna.token)).shape) == 160


def test_wishes_that_make_no_sense_are_refused(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "CT_small.dcm")
    windows, viewports = ("1", "1,nan", "1,2,cubic", "1,0"), ("0,1", "99999,9", "a,b", "9,9,200,0", "9,9,-1,0", "9,9,a")
    queries = (
        [f"window={one}" for one in windows]
        + [f"viewport={one}" for one in viewports]
        + ["quality=0", "annotation=everything"]
    )
    for query in queries:
        assert portal.get(f"{path}/rendered?{query}", anna.token).status_code == 400, query


def test_the_render_cache_may_be_deleted_and_damaged(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "CT_small.dcm")
    cache = portal.data / "cache"
    first = portal.get(f"{path}/rendered", anna.token).content
    for file in [file for file in cache.rglob("*") if file.is_file()]:
        file.write_bytes(b"not a picture")
    assert portal.get(f"{path}/rendered", anna.token).content == first
    shutil.rmtree(cache)
    assert portal.get(f"{path}/rendered", anna.token).content == first


def test_what_has_no_picture_says_so(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "rtplan.dcm")
    answer = portal.get(f"{path}/rendered", anna.token)
    assert (answer.status_code, answer.json()["reason"]) == (404, "no-pixels")


def test_fifty_viewers_are_all_served_while_uploads_go_on(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "CT_small.dcm")
    statuses: list[int] = []

    def look(number: int) -> None:
        statuses.append(portal.get(f"{path}/rendered?viewport={64 + number % 10},64", anna.token).status_code)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    assert sent(portal, anna.token, made()).status_code == 200
    for thread in threads:
        thread.join()
    assert statuses == [200] * 50


def test_another_account_gets_nothing(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "CT_small.dcm")
    otto = portal.account("SCHMIDT^OTTO", "19330101")
    for way in ("", "/metadata", "/rendered", "/thumbnail", "/frames/1", "/frames/1/rendered"):
        assert portal.get(path + way, otto.token).status_code == 404
        assert portal.get(path + way).status_code == 401
        assert portal.get(path + way, portal.staff_token).status_code == 404  # the practice did not send it


def test_metadata_of_a_study_list_every_instance(portal: Portal, anna: SignedIn) -> None:
    sent(
        portal, anna.token, *(made(SOPInstanceUID=f"1.2.{number}", InstanceNumber=str(number)) for number in (3, 1, 2))
    )
    said = json.load(io.BytesIO(portal.get(f"{STUDY}/metadata", anna.token).content))
    assert [one["00080018"]["Value"][0] for one in said] == ["1.2.1", "1.2.2", "1.2.3"]
    assert dcmread(io.BytesIO(payloads(portal.get(INSTANCE, anna.token))[0])).SOPInstanceUID == "1.2.1"
