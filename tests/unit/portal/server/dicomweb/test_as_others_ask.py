"""What other DICOMweb clients ask for: one part alone, ranges, many frames, bulk data, XML, pictures cut out."""

from __future__ import annotations

import gzip
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import requests
from pydicom import Dataset
from pydicom.pixels import convert_color_space, pixel_array

from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, real, sent
from tests.unit.portal.server.dicomweb.test_wado import STUDY, parts, path_of, payloads, picture

INSTANCE = f"{STUDY}/series/1.2.3.4.5/instances/1.2.1"
OCTETS = "application/octet-stream"
PLAIN = "1.2.840.10008.1.2.1"


@pytest.fixture
def portal(shared_portal: Portal) -> Portal:
    """The portal of this module: every test has a person of its own."""
    return shared_portal


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


def get(portal: Portal, anna: SignedIn, path: str, accept: str | None = None, **headers: str) -> requests.Response:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return portal.get(path, anna.token, headers=said | ({} if accept is None else {"Accept": accept}))


def put(portal: Portal, anna: SignedIn, name: str, **values: Any) -> tuple[str, bytes, Dataset]:
    data, data_set = real(name, **values)
    assert sent(portal, anna.token, data).status_code == 200
    return path_of(data_set), data, data_set


@pytest.mark.parametrize(
    "accept, kind",
    [
        ("application/dicom", "application/dicom"),
        ('application/dicom; transfer-syntax="1.2.840.10008.1.2.1"', "application/dicom"),
        ("application/dicom;transfer-syntax=*", "application/dicom"),
        ('application/dicom;q=0.9, multipart/related;type="application/dicom";q=0.8', "application/dicom"),
        ("application/*", "application/dicom"),
        ("text/html, application/dicom;q=0.2, */*;q=0", "application/dicom"),
        ("multipart/related; type=application/dicom", "multipart/related"),
        ('multipart/related; type="application/dicom"; transfer-syntax=*; charset=utf-8', "multipart/related"),
        ("MULTIPART/RELATED; TYPE=APPLICATION/DICOM", "multipart/related"),
        ("multipart/related", "multipart/related"),
        ("*/*", "multipart/related"),
        ("", "multipart/related"),
        ("application/dicom+json", None),
        ("application/dicom;q=0", None),
        ("*/*;q=0.5, application/dicom;q=0, multipart/related;type=application/dicom;q=0", None),
        ("application/dicom; transfer-syntax=1.2.840.10008.1.2.4.50", None),
    ],
)
def test_an_instance_comes_as_it_is_accepted(portal: Portal, anna: SignedIn, accept: str, kind: str | None) -> None:
    data = made(SOPInstanceUID="1.2.1")
    sent(portal, anna.token, data)
    answer = get(portal, anna, INSTANCE, accept)
    if kind is None:
        assert (answer.status_code, answer.json()["code"]) == (406, "not-acceptable")
        return
    assert answer.headers["content-type"].startswith(kind)
    assert (answer.content if kind == "application/dicom" else payloads(answer)[0]) == data
    by_query = portal.get(INSTANCE, anna.token, params={"accept": accept} if accept else {})
    assert by_query.headers["content-type"].split(";")[0] == answer.headers["content-type"].split(";")[0]


def test_several_instances_are_parts_or_refused(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, *(made(SOPInstanceUID=f"1.2.{number}") for number in (1, 2)))
    assert get(portal, anna, STUDY, "application/dicom").status_code == 406
    assert len(payloads(get(portal, anna, STUDY, 'application/dicom, multipart/related;type="application/dicom"'))) == 2


@pytest.mark.parametrize("accept", ["application/dicom", 'multipart/related;type="application/dicom"'])
def test_a_download_that_broke_off_goes_on(portal: Portal, anna: SignedIn, accept: str) -> None:
    sent(portal, anna.token, *(made(SOPInstanceUID=f"1.2.{number}") for number in (1, 2)))
    path = INSTANCE if accept == "application/dicom" else STUDY
    whole = get(portal, anna, path, accept)
    etag, size = whole.headers["etag"], len(whole.content)
    assert whole.headers["accept-ranges"] == "bytes"
    for said, wanted in (
        ("bytes=0-0", (0, 1)), ("bytes=10-", (10, size)), ("bytes=-5", (size - 5, size)),
        (f"bytes=7-{size + 9}", (7, size)),
        (f"bytes=-{size * 9}", (0, size)), (f"bytes={size - 1}-", (size - 1, size)), ("bytes = 3 - 4", (3, 5)),
    ):  # fmt: skip
        for unless in ({}, {"If_Range": etag}):
            part = get(portal, anna, path, accept, Range=said, **unless)
            assert part.status_code == 206, said
            assert part.content == whole.content[slice(*wanted)]
            assert part.headers["content-range"] == f"bytes {wanted[0]}-{wanted[1] - 1}/{size}"
            assert part.headers["content-type"] == whole.headers["content-type"]
    for said in ("bytes=1-2,4-5", "bytes=5-2", "lines=1-2", "bytes=-", "bytes=x"):
        again = get(portal, anna, path, accept, Range=said)
        assert (again.status_code, again.content) == (200, whole.content), said
    for said in (f"bytes={size}-", "bytes=-0"):
        beyond = get(portal, anna, path, accept, Range=said)
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    other = get(portal, anna, path, accept, Range="bytes=1-2", If_Range='"other"')
    assert (other.status_code, other.content) == (200, whole.content)


def test_what_is_known_already_is_not_sent_again(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made(SOPInstanceUID="1.2.1"))
    etag = get(portal, anna, INSTANCE, "application/dicom").headers["etag"]
    for known in (etag, f'"x", W/{etag}', "*"):
        answer = get(portal, anna, INSTANCE, "application/dicom", If_None_Match=known)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert get(portal, anna, INSTANCE, "application/dicom", If_None_Match='"x"').status_code == 200
    assert get(portal, anna, INSTANCE, "application/dicom", If_Match='"x"').status_code == 412
    assert get(portal, anna, INSTANCE, "application/dicom", If_Match=etag).status_code == 200
    assert portal.get(INSTANCE, headers={"If-None-Match": etag}).status_code == 401
    sent(portal, anna.token, made(SOPInstanceUID="1.2.2"))
    assert get(portal, anna, f"{STUDY}/series/1.2.3.4.5", If_None_Match=etag).status_code == 200


@pytest.mark.parametrize("accept", [OCTETS, f"{OCTETS}; transfer-syntax={PLAIN}", f'{OCTETS};transfer-syntax="*"'])
def test_one_frame_comes_by_itself(portal: Portal, anna: SignedIn, accept: str) -> None:
    path, _data, data_set = put(portal, anna, "CT_small.dcm")
    answer = get(portal, anna, f"{path}/frames/1", accept)
    assert answer.headers["content-type"] == f"{OCTETS}; transfer-syntax={PLAIN}"
    assert answer.content == data_set.PixelData
    assert get(portal, anna, f"{path}/frames/1,1", accept).status_code == 406


def test_a_codestream_comes_by_itself_or_as_octets_of_its_own_transfer_syntax(portal: Portal, anna: SignedIn) -> None:
    path, _data, data_set = put(portal, anna, "JPEG2000.dcm")
    syntax = data_set.file_meta.TransferSyntaxUID
    for accept, kind in (
        ("image/jp2", "image/jp2"), ("image/*", "image/jp2"), (f"{OCTETS};transfer-syntax={syntax}", OCTETS),
        (f"image/jp2; transfer-syntax={syntax}", "image/jp2"),
    ):  # fmt: skip
        answer = get(portal, anna, f"{path}/frames/1", accept)
        assert answer.headers["content-type"] == f"{kind}; transfer-syntax={syntax}"
        assert answer.content in data_set.PixelData
    (part,) = parts(
        get(portal, anna, f"{path}/frames/1", f'multipart/related;type="{OCTETS}";transfer-syntax={syntax}')
    )
    assert part.get_content_type() == OCTETS
    assert get(portal, anna, f"{path}/frames/1", f"{OCTETS};transfer-syntax=1.2.840.10008.1.2.4.80").status_code == 406


def test_hundreds_of_frames_come_in_one_answer(portal: Portal, anna: SignedIn) -> None:
    frames = 300
    pixels = np.arange(frames * 16, dtype="<u2") % 4096
    sent(portal, anna.token, made(SOPInstanceUID="1.2.1", NumberOfFrames=frames, PixelData=pixels.tobytes()))
    wanted = [*range(1, frames + 1), 7, 3]
    answer = get(portal, anna, f"{INSTANCE}/frames/{','.join(map(str, wanted))}")
    assert payloads(answer) == [pixels.reshape(frames, 16)[number - 1].tobytes() for number in wanted]
    spaced = get(portal, anna, f"{INSTANCE}/frames/2, 1 ,%203")
    assert payloads(spaced) == [pixels.reshape(frames, 16)[number].tobytes() for number in (1, 0, 2)]
    assert get(portal, anna, f"{INSTANCE}/frames/1,{frames + 1}").status_code == 404
    for wrong in ("1,,2", "1-3", "1;2", "٣", "1e2", "9999999999"):
        assert get(portal, anna, f"{INSTANCE}/frames/{wrong}").status_code in (400, 404), wrong


def test_frames_that_are_not_all_there_are_said_to_be_cut(portal: Portal, anna: SignedIn) -> None:
    cut = made(SOPInstanceUID="1.2.1", NumberOfFrames=3, PixelData=bytes(range(32)) * 2)[:-10]
    assert sent(portal, anna.token, cut).status_code == 200
    whole = parts(get(portal, anna, f"{INSTANCE}/frames/1"))[0]
    broken = get(portal, anna, f"{INSTANCE}/frames/2", OCTETS)
    assert "truncated" in broken.headers["scanshelf-marks"]
    assert "truncated" in whole["scanshelf-marks"]
    assert get(portal, anna, f"{INSTANCE}/frames/1,2,3").status_code == 404


COLOUR = (
    "examples_ybr_color.dcm", "color3d_jpeg_baseline.dcm", "SC_rgb_jpeg_dcmtk.dcm", "US1_J2KR.dcm", "SC_rgb_rle.dcm",
    "SC_rgb_jpeg_app14_dcmd.dcm", "SC_ybr_full_422_uncompressed.dcm", "GDCMJ2K_TextGBR.dcm",
)  # fmt: skip


@pytest.mark.parametrize("name", COLOUR)
def test_a_client_that_believes_the_metadata_sees_the_right_colours(portal: Portal, anna: SignedIn, name: str) -> None:
    path, _data, data_set = put(portal, anna, name)
    said = {tag: each.get("Value", [None])[0] for tag, each in get(portal, anna, f"{path}/metadata").json()[0].items()}
    frame = np.frombuffer(get(portal, anna, f"{path}/frames/1", OCTETS).content, np.uint8)
    seen = as_said(frame, said)
    wanted = pixel_array(data_set, index=0)  # as RGB
    assert seen.shape == wanted.shape
    assert np.abs(seen.astype(int) - wanted).mean() < 2


def as_said(frame: Any, said: dict[str, Any]) -> Any:
    """Read the bytes of a frame by its metadata alone, into RGB."""
    rows, columns = said["00280010"], said["00280011"]
    if said["00280004"] == "YBR_FULL_422":
        quads = frame.reshape(-1, 4)
        frame = np.stack([quads[:, (0, 2, 3)], quads[:, (1, 2, 3)]], axis=1)
    pixels = frame.reshape(rows, columns, said["00280002"])
    if said["00280004"].startswith("YBR"):
        return convert_color_space(pixels, "YBR_FULL", "RGB")
    assert said["00280004"] == "RGB"
    return pixels


def bulk(portal: Portal, anna: SignedIn, element: dict[str, str], accept: str | None = None) -> requests.Response:
    uri = element["BulkDataURI"]
    assert uri.startswith(portal.url)
    return get(portal, anna, uri.removeprefix(portal.url), accept)


def test_every_address_of_bulk_data_gives_what_the_object_holds(portal: Portal, anna: SignedIn) -> None:
    wave, palette = bytes(range(256)) * 100, bytes(range(255, -1, -1)) * 100
    item = Dataset()
    item.WaveformBitsAllocated, item.WaveformData = 16, wave
    pixels = bytes(range(32)) * 2
    data = made(
        SOPInstanceUID="1.2.1", WaveformSequence=[item], RedPaletteColorLookupTableData=palette, NumberOfFrames=2,
        PixelData=pixels,
    )  # fmt: skip
    sent(portal, anna.token, data)
    (said,) = get(portal, anna, f"{INSTANCE}/metadata").json()
    nested = said["54000100"]["Value"][0]["54001010"]
    assert payloads(bulk(portal, anna, nested)) == [wave]
    assert bulk(portal, anna, nested, OCTETS).content == wave
    assert bulk(portal, anna, said["00281201"], OCTETS).content == palette
    assert b"".join(payloads(bulk(portal, anna, said["7FE00010"]))) == pixels
    assert bulk(portal, anna, said["00281201"], "text/plain").status_code == 406
    for nothing in (
        "00281202",
        "x",
        "5400010",
        "54000100/1",
        "54000100/2/54001010",
        "54000100/1/54001010/1",
    ):
        assert get(portal, anna, f"{INSTANCE}/bulkdata/{nothing}").status_code == 404, nothing


def test_a_document_is_fetched_as_what_it_is(portal: Portal, anna: SignedIn) -> None:
    pdf = b"%PDF-1.4 \n" + bytes(20)
    document = made(
        SOPInstanceUID="1.2.1", SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1", PixelData=None,
        EncapsulatedDocument=pdf, MIMETypeOfEncapsulatedDocument="application/pdf",
    )  # fmt: skip
    sent(portal, anna.token, document)
    (said,) = get(portal, anna, f"{INSTANCE}/metadata").json()
    for accept in ("application/pdf", OCTETS):
        answer = bulk(portal, anna, said["00420011"], accept)
        assert (answer.headers["content-type"].split(";")[0], answer.content) == (accept, pdf)
    by_query = portal.get(f"{INSTANCE}/bulkdata/00420011?accept=application/pdf", anna.token)
    assert by_query.headers["content-type"] == "application/pdf"


def test_metadata_come_packed_to_who_unpacks_them(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "CT_small.dcm")
    plain = get(portal, anna, f"{path}/metadata", Accept_Encoding="identity")
    assert "content-encoding" not in plain.headers
    for said in ("gzip", "br, gzip;q=0.5", "*", "x-gzip"):
        packed = portal.get(f"{path}/metadata", anna.token, headers={"Accept-Encoding": said}, stream=True)
        assert packed.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["vary"]
        raw = packed.raw.read(decode_content=False)
        assert len(raw) < len(plain.content) / 2
        assert gzip.decompress(raw) == plain.content
    for said in ("gzip;q=0", "br", "identity, gzip;q=0.0"):
        assert "content-encoding" not in get(portal, anna, f"{path}/metadata", Accept_Encoding=said).headers


XML = 'multipart/related; type="application/dicom+xml"'
NATIVE = "{http://dicom.nema.org/PS3.19/models/NativeDICOM}"


def test_metadata_come_as_xml_to_who_asks_for_it(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made(SOPInstanceUID="1.2.2", StudyDescription='<&"> CT'))
    answer = get(portal, anna, f"{STUDY}/series/1.2.3.4.5/instances/1.2.2/metadata", XML)
    (part,) = payloads(answer)
    model = ElementTree.fromstring(part)
    assert model.tag == f"{NATIVE}NativeDicomModel"
    found = {each.attrib["tag"]: each for each in model}
    assert found["00081030"].attrib["keyword"] == "StudyDescription"
    assert found["00081030"][0].text == '<&"> CT'
    assert [each.text for each in found["00100010"].iter() if each.text] == ["MUELLER", "ANNA"]
    assert found["7FE00010"][0].attrib["uri"].endswith("/bulkdata/7FE00010")
    json_said = get(portal, anna, f"{STUDY}/series/1.2.3.4.5/instances/1.2.2/metadata").json()[0]
    assert set(found) == set(json_said)


def test_pictures_are_cut_out_mirrored_and_scaled(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "CT_small.dcm")
    whole = picture(get(portal, anna, f"{path}/rendered", "image/png"))

    def cut(viewport: str) -> Any:
        return picture(get(portal, anna, f"{path}/rendered?viewport={viewport}", "image/png"))

    assert np.array_equal(cut("64,32,10,20,64,32"), whole[20:52, 10:74])
    assert np.array_equal(cut("64,32,10,20,-64,32"), whole[20:52, 10:74][:, ::-1])
    assert np.array_equal(cut("64,32,10,20,64,-32"), whole[20:52, 10:74][::-1])
    assert np.array_equal(cut("28,128,100,,,"), whole[:, 100:])
    assert np.array_equal(cut("28,28,100,100"), whole[100:, 100:])
    assert cut("64,64,0,0,32,32").shape == (64, 64)
    assert cut("64,64,0,0,32,16").shape == (32, 64)
    thumbnail = portal.get(f"{path}/thumbnail?viewport=64,64,0,0,32,32", anna.token)
    assert thumbnail.status_code == 400


def test_windows_are_used_by_the_function_that_is_named(portal: Portal, anna: SignedIn) -> None:
    path, _data, data_set = put(portal, anna, "CT_small.dcm")
    values = data_set.pixel_array * float(data_set.RescaleSlope) + float(data_set.RescaleIntercept)

    def seen(function: str, center: float = 40, width: float = 400) -> Any:
        query = f"window={center},{width},{function}"
        return picture(get(portal, anna, f"{path}/rendered?{query}", "image/png")).astype(int)

    def near(found: Any, wanted: Any) -> bool:
        return bool(np.abs(found - np.clip(np.floor(wanted), 0, 255)).max() <= 1)

    assert near(seen("linear-exact"), (values - 40) / 400 * 255 + 127.5)
    assert near(seen("LINEAR-EXACT", 40, 0.5), (values - 40) / 0.5 * 255 + 127.5)
    assert near(seen("sigmoid"), 255 / (1 + np.exp(-4 * (values - 40) / 400)))
    assert near(seen("linear"), ((values - 39.5) / 399 + 0.5) * 255)
    assert portal.get(f"{path}/rendered?window=40,0.5,linear", anna.token).status_code == 400


@pytest.mark.parametrize("name", ["SC_rgb_rle.dcm", "SC_rgb_jpeg_dcmtk.dcm", "examples_palette.dcm"])
def test_brightness_reaches_colour_too(portal: Portal, anna: SignedIn, name: str) -> None:
    path, _data, _data_set = put(portal, anna, name)
    plain = picture(get(portal, anna, f"{path}/frames/1/rendered", "image/png"))
    away = (np.arange(256) - 100) / 80
    for function, wanted in (("linear-exact", away * 255 + 127.5), ("sigmoid", 255 / (1 + np.exp(-4 * away)))):
        seen = picture(get(portal, anna, f"{path}/frames/1/rendered?window=100,80,{function}", "image/png"))
        assert np.abs(seen - np.clip(wanted, 0, 255)[plain]).max() <= 0.5


def test_words_are_written_into_a_picture_where_they_are_wanted(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made(SOPInstanceUID="1.2.1", Rows=256, Columns=256, PixelData=bytes(2 << 16)))

    def written(annotation: str) -> tuple[bool, bool]:
        query = f"annotation={annotation}&window=5000,10" if annotation else "window=5000,10"
        seen = picture(get(portal, anna, f"{INSTANCE}/rendered?{query}", "image/png"))
        return bool((seen[:100] > 200).any()), bool((seen[-60:] > 200).any())

    assert written("") == (False, False)
    assert written("patient") == (True, False)
    assert written("technique") == (False, True)
    assert written("patient,%20technique") == (True, True)


def test_several_pictures_come_as_parts(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "emri_small.dcm")
    accept = 'multipart/related; type="image/png"'
    several = payloads(get(portal, anna, f"{path}/frames/1,3/rendered", accept))
    alone = [get(portal, anna, f"{path}/frames/{number}/rendered", "image/png").content for number in (1, 3)]
    assert several == alone
    assert payloads(get(portal, anna, f"{path}/frames/3/rendered", accept)) == alone[1:]
    assert get(portal, anna, f"{path}/frames/1,3/rendered").headers["content-type"].startswith("multipart/related")
    assert get(portal, anna, f"{path}/frames/1,3/rendered", "image/png").status_code == 406
    assert get(portal, anna, f"{path}/frames/1,99/rendered", accept).status_code == 404


def test_pictures_come_in_the_kind_that_is_rather_wanted(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "CT_small.dcm")
    for accept, kind in (
        ("image/jpeg;q=0.5, image/png", "image/png"), ("image/*", "image/jpeg"),
        ("image/*, image/jpeg;q=0", "image/png"),
        ("image/gif, image/png;q=0.1", "image/png"), ("image/png, image/jpeg", "image/png"),
        ("text/html,image/avif,image/webp,*/*;q=0.8", "image/jpeg"),
    ):  # fmt: skip
        assert get(portal, anna, f"{path}/rendered", accept).headers["content-type"] == kind, accept
    assert get(portal, anna, f"{path}/rendered", "image/gif").status_code == 406


def test_what_leaves_is_for_nobody_elses_eyes(portal: Portal, anna: SignedIn) -> None:
    path, _data, _data_set = put(portal, anna, "CT_small.dcm")
    for way in ("", "/metadata", "/frames/1", "/frames/1,1", "/rendered", "/bulkdata/7FE00010", "/frames/1/thumbnail"):
        for accept in (None, "application/dicom, application/octet-stream, application/json, image/png, */*;q=0.1"):
            answer = get(portal, anna, path + way, accept)
            assert answer.status_code == 200, way
            assert answer.headers["cache-control"] == "private, no-store", way
            assert answer.headers["x-content-type-options"] == "nosniff", way
