"""One small object for each branch of reading, decoding and display: all that a worker may meet in its sandbox."""

from __future__ import annotations

import zlib
from base64 import b85decode
from collections.abc import Iterator
from typing import Any

import imagecodecs
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from dicom.decoding.codec_check import _CLIP
from dicom.reading.transfer_syntax import known_transfer_syntaxes
from tests.codec_probes import other_depth, overshooting
from tests.pixel_files import encapsulated, image_bytes, written

JPEG = "1.2.840.10008.1.2.4."
GREY = (np.arange(256, dtype=np.uint16).reshape(16, 16) * 15).astype(np.uint16)
GREY8 = (GREY // 15).astype(np.uint8)
RGB = np.stack([GREY8, 255 - GREY8, np.roll(GREY8, 5, 1)], -1)
WIDE_GAMUT = [0.708, 0.292, 1.0, 0.170, 0.797, 1.0, 0.131, 0.046, 1.0]


def wide_gamut_profile(gamma: float = 1.0) -> bytes:
    """Write a matrix profile of far colours."""
    return bytes(imagecodecs.cms_profile("rgb", whitepoint=[0.3127, 0.329, 1.0], primaries=WIDE_GAMUT, gamma=gamma))


def rle_of(pixels: np.ndarray) -> bytes:
    """Write one frame as RLE: literal runs only, the most significant bytes first (PS3.5 G)."""
    planes = pixels[..., None] if pixels.ndim == 2 else pixels
    parts = []
    for sample in range(planes.shape[2]):
        words = np.ascontiguousarray(planes[:, :, sample]).astype(f">u{pixels.dtype.itemsize}").tobytes()
        for byte in range(pixels.dtype.itemsize):
            plane = words[byte :: pixels.dtype.itemsize]
            runs = [plane[start : start + 128] for start in range(0, len(plane), 128)]
            part = b"".join(bytes([len(run) - 1]) + run for run in runs)
            parts.append(part + b"\0" * (len(part) % 2))
    header = np.zeros(16, "<u4")
    header[: len(parts) + 1] = [len(parts), *(64 + sum(map(len, parts[:index])) for index in range(len(parts)))]
    return header.tobytes() + b"".join(parts)


def clip_bytes() -> bytes:
    """Give a clip of three frames."""
    return zlib.decompress(b85decode(_CLIP))


_J2K = {"codecformat": "j2k", "level": 0, "reversible": True}
_ENCODERS: dict[str, Any] = {
    "rle": lambda: rle_of(GREY),
    "jpeg": lambda: imagecodecs.jpeg8_encode(GREY8, level=90),
    "jpeg-lossless": lambda: imagecodecs.ljpeg_encode(GREY),
    "jpeg-ls": lambda: imagecodecs.jpegls_encode(GREY),
    "jpeg2000": lambda: imagecodecs.jpeg2k_encode(GREY, **_J2K),
    "htj2k": lambda: imagecodecs.htj2k_encode(GREY),
    "jpeg-xl": lambda: imagecodecs.jpegxl_encode(GREY, lossless=True),
    "deflated-frame": lambda: _deflated(GREY.tobytes()),
    "encapsulated-native": lambda: GREY.tobytes(),
}


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def of_every_syntax() -> Iterator[tuple[str, bytes]]:
    """Give an object of each transfer syntax that is decoded, named by its UID."""
    for syntax in known_transfer_syntaxes():
        if syntax.codec == "unsupported":
            continue
        if syntax.codec == "video":
            yield syntax.uid, clip(syntax.uid)
        elif syntax.codec == "native":
            yield syntax.uid, native(syntax.uid)
        else:
            made = GREY8 if syntax.codec == "jpeg" else GREY
            yield syntax.uid, image_bytes(made, syntax.uid, pixel_data=encapsulated(bytes(_ENCODERS[syntax.codec]())))


def native(uid: str) -> bytes:
    """Write an uncompressed object; one private syntax is known to no writer."""
    if uid == "1.2.840.113619.5.2":
        return image_bytes(GREY.byteswap(), "1.2.840.10008.1.2").replace(b"1.2.840.10008.1.2\0", uid.encode(), 1)
    return image_bytes(GREY, uid)


def clip(uid: str = JPEG + "100") -> bytes:
    """Write a clip."""
    blank = np.zeros((32, 32, 3), np.uint8)
    values = {"PhotometricInterpretation": "YBR_PARTIAL_420", "NumberOfFrames": 3, "FrameTime": "40"}
    return image_bytes(blank, uid, pixel_data=encapsulated(clip_bytes()), **values)


def of_every_look() -> Iterator[tuple[str, bytes]]:
    """Give an object of each way to grey levels and colours, named by it."""
    yield "monochrome1", image_bytes(GREY, PhotometricInterpretation="MONOCHROME1", BitsStored=12, HighBit=11)
    yield "large", image_bytes(np.tile(GREY, (10, 12)))
    yield "signed", image_bytes((GREY.astype(np.int16) - 2048), RescaleSlope="2", RescaleIntercept="-1024")
    yield "padding", image_bytes(GREY, PixelPaddingValue=0, PixelPaddingRangeLimit=60)
    filled = np.pad(GREY.astype(np.int16) - 1024, 8, constant_values=-3024)
    yield "filled around a CT", image_bytes(filled, Modality="CT")
    for function in ("LINEAR", "LINEAR_EXACT", "SIGMOID"):
        values = {"WindowCenter": ["2000", "100"], "WindowWidth": ["3000", "60"], "VOILUTFunction": function}
        yield (
            f"window {function}",
            image_bytes(GREY, **values, WindowCenterWidthExplanation=["A", "B"]).replace(b"3000\\60", b"3000\\6x"),
        )
    yield "voi table", image_bytes(GREY, VOILUTSequence=Sequence([lookup_table()]))
    yield "modality table", image_bytes(GREY, ModalityLUTSequence=Sequence([lookup_table()]))
    yield "angiography", image_bytes(GREY, SOPClassUID="1.2.840.10008.5.1.4.1.1.12.1", RescaleSlope="3")
    for said in ("RGB", "YBR_FULL", "YBR_PARTIAL_422", "YBR_FULL_422"):
        yield said, image_bytes(RGB, PhotometricInterpretation=said)
    half = {"PhotometricInterpretation": "YBR_FULL_422", "pixel_data": GREY8.tobytes() * 2}
    yield "shared chroma", image_bytes(RGB, **half)
    yield "planar", image_bytes(RGB, PlanarConfiguration=1)
    yield "rgb 16", image_bytes(RGB.astype(np.uint16) * 257)
    for said in ("YBR_ICT", "YBR_RCT", "RGB"):
        for mct in (True, False):
            stream = imagecodecs.jpeg2k_encode(RGB, **_J2K, mct=mct)
            packed = encapsulated(bytes(stream))
            yield f"{said} mct {mct}", image_bytes(RGB, JPEG + "90", pixel_data=packed, PhotometricInterpretation=said)
    adobe = imagecodecs.jpeg8_encode(RGB, level=90, outcolorspace="YCBCR")
    yield "jpeg ycbcr", image_bytes(RGB, JPEG + "50", pixel_data=encapsulated(bytes(adobe)))
    yield "rle rgb", image_bytes(RGB, "1.2.840.10008.1.2.5", pixel_data=encapsulated(rle_of(RGB)))
    yield "hsv", image_bytes(RGB, PhotometricInterpretation="HSV")
    yield "palette", image_bytes(GREY8, PhotometricInterpretation="PALETTE COLOR", **palette())
    yield "palette segmented", image_bytes(GREY8, PhotometricInterpretation="PALETTE COLOR", **segmented())
    yield "palette missing", image_bytes(GREY8, PhotometricInterpretation="PALETTE COLOR")
    yield "supplemental", image_bytes(GREY8, PixelPresentation="COLOR", **palette(first=128))
    yield "icc rgb", image_bytes(RGB, ICCProfile=wide_gamut_profile())
    yield "icc ybr", image_bytes(RGB, ICCProfile=wide_gamut_profile(), PhotometricInterpretation="YBR_FULL")
    yield "icc 16", image_bytes(RGB.astype(np.uint16) * 257, ICCProfile=wide_gamut_profile())
    yield (
        "icc palette",
        image_bytes(GREY8, PhotometricInterpretation="PALETTE COLOR", ICCProfile=wide_gamut_profile(), **palette()),
    )
    yield (
        "icc supplemental",
        image_bytes(GREY8, PixelPresentation="COLOR", ICCProfile=wide_gamut_profile(), **palette(first=128)),
    )
    yield "icc grey", image_bytes(GREY, ICCProfile=wide_gamut_profile())
    path = Dataset()
    path.ICCProfile = wide_gamut_profile(2.2)
    yield "icc of an optical path", image_bytes(RGB, OpticalPathSequence=Sequence([path]))
    yield "icc broken", image_bytes(RGB, ICCProfile=b"no profile" * 30)
    yield "one bit", image_bytes(GREY8[:4] & 1, pixel_data=np.packbits(GREY8[:4] & 1).tobytes(), **bits(1))
    yield "12 bits packed", image_bytes(GREY, pixel_data=bytes(16 * 16 * 3 // 2), **bits(12))
    yield "24 bits", image_bytes(GREY, pixel_data=bytes(16 * 16 * 3), **bits(24))
    yield "32 bits", image_bytes(GREY.astype(np.uint32) * 70000)
    yield "32 bits signed", image_bytes(GREY.astype(np.int32) * -70000)
    yield "bits above", image_bytes(GREY | 0x8000, BitsStored=12, HighBit=11)
    yield "bits below", image_bytes(GREY << 4, BitsStored=12, HighBit=15)
    yield "not square", image_bytes(GREY, PixelSpacing=["1", "0.5"])
    yield "frames", image_bytes(np.concatenate([GREY, GREY[::-1]]), Rows=16, NumberOfFrames=2)
    yield "cut", image_bytes(GREY)[:-100]
    yield "enhanced", enhanced()
    yield "enhanced kinds", enhanced_kinds()
    yield "private b-value", private_b_value()
    for kind, word in (("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")):
        yield kind, floats(kind, word)
    yield "overlay", overlay(embedded=False)
    yield "overlay embedded", overlay(embedded=True)
    yield "shutter", image_bytes(
        GREY, ShutterShape=["RECTANGULAR", "CIRCULAR"], ShutterLeftVerticalEdge=2, ShutterRightVerticalEdge=12,
        ShutterUpperHorizontalEdge=2, ShutterLowerHorizontalEdge=12, CenterOfCircularShutter=[8, 8],
        RadiusOfCircularShutter=6,
    )  # fmt: skip
    yield "mask", image_bytes(GREY, MaskSubtractionSequence=Sequence([_with(MaskOperation="AVG_SUB")]))
    for charset, name in (("ISO_IR 144", "Иванов^Иван"), ("ISO_IR 192", "Müller^Änne"), ("GB18030", "王^小东")):
        yield f"letters {charset}", image_bytes(GREY, SpecificCharacterSet=charset, PatientName=name)
    yield (
        "letters in turn",
        image_bytes(GREY, SpecificCharacterSet=["", "ISO 2022 IR 87"], PatientName="Yamada^Tarou=山田^太郎"),
    )
    yield (
        "letters guessed",
        image_bytes(GREY, PatientName="Phantom^Anna").replace(
            b"Phantom^Anna", b"\xcf\xd2^\xc8\xe2\xe0\xed\xee\xe2\xed\xe0"
        ),
    )
    yield from (("wrong syntax", image_bytes(GREY, JPEG + "50", pixel_data=encapsulated(rle_of(GREY)))),)
    yield from ((probe.name, probe.data) for probe in (*overshooting(), *other_depth()))


def of_every_kind() -> Iterator[tuple[str, bytes]]:
    """Give objects that are no pictures, named by their kind."""
    yield "pdf", document()
    for kind, uid in (("report", "88.11"), ("waveform", "9.1.1"), ("presentation", "11.1"), ("other", "66.4")):
        yield kind, written(_with(SOPClassUID=f"1.2.840.10008.5.1.4.1.1.{uid}", SOPInstanceUID="2.25.5"))


def _with(**values: object) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def bits(count: int) -> dict[str, object]:
    """Say how many bits a sample has."""
    return {"BitsAllocated": count, "BitsStored": count, "HighBit": count - 1}


def lookup_table() -> Dataset:
    """Write a table of 4,096 entries of 8 bits that falls."""
    made = _with(LUTDescriptor=[4096, 0, 16], LUTExplanation="falls")
    made.add_new(0x00283006, "OW", (4095 - np.arange(4096, dtype="<u2")).tobytes())
    return made


def palette(first: int = 0) -> dict[str, object]:
    """Write tables of 256 colours."""
    found: dict[str, object] = {}
    for index, colour in enumerate(("Red", "Green", "Blue")):
        found[f"{colour}PaletteColorLookupTableDescriptor"] = [256, first, 16]
        table = np.roll(np.arange(256, dtype="<u2") * 257, index * 60)
        found[f"{colour}PaletteColorLookupTableData"] = table.tobytes()
    return found


def segmented() -> dict[str, object]:
    """Write segmented tables of 256 colours."""
    found: dict[str, object] = {}
    for colour in ("Red", "Green", "Blue"):
        found[f"{colour}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        words = np.asarray([0, 1, 0, 1, 255, 65535], "<u2").tobytes()
        found[f"Segmented{colour}PaletteColorLookupTableData"] = words
    return found


def enhanced() -> bytes:
    """Write two frames with groups of their own."""
    groups = []
    for place in range(2):
        voi = _with(WindowCenter="1000", WindowWidth="2000", VOILUTSequence=Sequence([lookup_table()]))
        position = _with(ImagePositionPatient=["0", "0", str(place * 3)])
        groups.append(_with(PlanePositionSequence=Sequence([position]), FrameVOILUTSequence=Sequence([voi])))
    shared = _with(PlaneOrientationSequence=Sequence([_with(ImageOrientationPatient=["1", "0", "0", "0", "1", "0"])]))
    return image_bytes(
        np.concatenate([GREY, GREY[::-1]]), SOPClassUID="1.2.840.10008.5.1.4.1.1.4.1", Rows=16, NumberOfFrames=2,
        SharedFunctionalGroupsSequence=Sequence([shared]), PerFrameFunctionalGroupsSequence=Sequence(groups),
    )  # fmt: skip


def enhanced_kinds() -> bytes:
    """Write four frames of two kinds, which their groups and dimensions tell apart."""
    groups = []
    for place in range(4):
        content = _with(DimensionIndexValues=[1, place // 2, place % 2], TemporalPositionIndex=place % 2)
        weight = _with(DiffusionBValue=800.0 * (place % 2))
        groups.append(_with(FrameContentSequence=Sequence([content]), MRDiffusionSequence=Sequence([weight])))
    pointers = [_with(DimensionIndexPointer=tag) for tag in (0x00209056, 0x00209057, 0x00189087)]
    return image_bytes(
        np.concatenate([GREY] * 4), SOPClassUID="1.2.840.10008.5.1.4.1.1.4.1", Rows=16, NumberOfFrames=4,
        DimensionIndexSequence=Sequence(pointers), PerFrameFunctionalGroupsSequence=Sequence(groups),
    )  # fmt: skip


def private_b_value() -> bytes:
    """Write an image whose b-value only its maker's own element tells."""
    from pydicom import dcmread
    from pydicom.filebase import DicomBytesIO

    said = dcmread(DicomBytesIO(image_bytes(GREY, Modality="MR")))
    said.add_new(0x00430010, "LO", "GEMS_PARM_01")
    said.add_new(0x00431039, "IS", [1000000800, 8, 0, 0])
    out = DicomBytesIO()
    said.save_as(out, enforce_file_format=True)
    return out.getvalue()


def floats(
    keyword: str = "FloatPixelData", word: str = "<f4", values: np.ndarray | None = None, **more: object
) -> bytes:
    """Write float pixels, some of which are no number."""
    made = GREY.astype(word) / 1000 if values is None else values.astype(word)
    if values is None:
        made[0, 0], made[0, 1] = np.nan, np.inf
    width = made.dtype.itemsize * 8
    said = _with(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.30", SOPInstanceUID="2.25.6", Modality="MR", SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2", Rows=made.shape[0], Columns=made.shape[1], BitsAllocated=width,
        **{keyword: made.tobytes()}, **more,
    )  # fmt: skip
    return written(said)


def overlay(*, embedded: bool, pixels: np.ndarray = GREY) -> bytes:
    """Write an object with a diagonal line over it."""
    line = np.eye(16, dtype=np.uint8)
    words = pixels | (line.astype(np.uint16) << 15) if embedded else pixels
    data_set_values: dict[str, object] = {"BitsStored": 12, "HighBit": 11} if embedded else {}
    from pydicom import dcmread
    from pydicom.filebase import DicomBytesIO

    said = dcmread(DicomBytesIO(image_bytes(words, **data_set_values)))
    plane = {0x10: ("US", 16), 0x11: ("US", 16), 0x40: ("CS", "G"), 0x50: ("SS", [1, 1]), 0x1500: ("LO", "Line")}
    plane |= {0x100: ("US", 16 if embedded else 1), 0x102: ("US", 15 if embedded else 0)}
    if not embedded:
        plane[0x3000] = ("OW", np.packbits(line.ravel(), bitorder="little").tobytes())
    for element, (vr, value) in sorted(plane.items()):
        said.add_new(0x60000000 | element, vr, value)
    out = DicomBytesIO()
    said.save_as(out, enforce_file_format=True)
    return out.getvalue()


def document() -> bytes:
    """Write a PDF of one empty page."""
    page = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    page += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return written(
        _with(
            SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1",
            SOPInstanceUID="2.25.9",
            MIMETypeOfEncapsulatedDocument="application/pdf",
            EncapsulatedDocument=page + b"\n" * (len(page) % 2),
        )
    )
