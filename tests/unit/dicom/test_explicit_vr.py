"""An Implicit VR object is written with explicit VRs: every value as it was, and the pixel data where they are."""

from __future__ import annotations

import io
import struct

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from core.errors import DicomError
from dicom.objects.explicit_vr import explicit_form
from dicom.reading.bytes_source import MemoryBytes
from tests.discs.files import EXPLICIT, IMPLICIT, Form, dicom_file, image_values


def nothing() -> None: ...


def rich(pixel_representation: int = 1) -> bytes:
    """Write an implicit object with private elements, sequences and everything whose VR the dictionary leaves open."""
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "2.25.1"
    made.PatientName, made.SpecificCharacterSet = "Müller^Anna", "ISO_IR 100"
    made.add_new(0x00091001, "UN", b"private without a creator ")
    block = made.private_block(0x000B, "Scanshelf test", create=True)
    block.add_new(1, "LO", "private")
    inner = Dataset()
    inner.CodeValue, inner.CodeMeaning = "1", "inside"
    inner.ConceptCodeSequence = Sequence([Dataset(), Dataset()])
    inner.SmallestImagePixelValue = -5 if pixel_representation else 5
    made.ProcedureCodeSequence = Sequence([inner])
    made.Rows, made.Columns, made.BitsAllocated, made.BitsStored, made.HighBit = 4, 4, 16, 16, 15
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.PixelRepresentation = pixel_representation
    made.SmallestImagePixelValue = -1000 if pixel_representation else 1000
    made.PixelPaddingValue = -2000 if pixel_representation else 2000
    made.ImageComments = "long " * 20
    made.ImageType = ["A"] * 40_000  # longer than a short VR can say
    made.add_new(0x60003000, "OW", b"\1\0" * 8)
    made.PixelData = struct.pack("<16h", *range(16))
    made.add_new(0x7FE10010, "LO", "Behind")
    made.add_new(0x7FE11001, "OB", b"private behind the pixels ")
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = made.SOPClassUID, made.SOPInstanceUID
    meta.TransferSyntaxUID, meta.ImplementationClassUID = ImplicitVRLittleEndian, "2.25.3"
    made.file_meta, made.preamble = meta, bytes(128)
    out = io.BytesIO()
    made.save_as(out, implicit_vr=True, little_endian=True, enforce_file_format=True)
    return out.getvalue()


def written(content: bytes) -> bytes:
    form = explicit_form(MemoryBytes(content), nothing)
    assert form is not None
    return form.head + content[form.offset : form.offset + form.length] + form.tail


@pytest.mark.parametrize("pixel_representation", [0, 1])
def test_all_is_read_back_as_it_was(pixel_representation: int) -> None:
    content = rich(pixel_representation)
    form = explicit_form(MemoryBytes(content), nothing)
    assert form is not None
    assert content[form.offset : form.offset + form.length] == struct.pack("<16h", *range(16))
    before, after = pydicom.dcmread(io.BytesIO(content)), pydicom.dcmread(io.BytesIO(written(content)))
    assert after.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert not after.original_encoding[0], "explicit now"
    assert [element.tag for element in after] == [element.tag for element in before]
    for element in before:
        if not element.tag.is_private and element.keyword != "ImageType":
            assert after[element.tag].value == element.value
    assert after[0x00080008].value.rstrip() == "\\".join(before.ImageType).encode(), "UN now (PS3.5 6.2.2)"
    assert bytes(after[0x7FE11001].value) == b"private behind the pixels "
    assert after.ProcedureCodeSequence[0].SmallestImagePixelValue == (-5 if pixel_representation else 5)
    assert (("SS", "SS") if pixel_representation else ("US", "US")) == (after[0x00280106].VR, after[0x00280120].VR)


def test_what_is_explicit_already_is_left_alone() -> None:
    content = dicom_file(image_values(), Form(EXPLICIT))
    assert explicit_form(MemoryBytes(content), nothing) is None


@pytest.mark.parametrize("cut", [1, 20, 60, 200])
def test_what_is_cut_short_is_not_written(cut: int) -> None:
    content = dicom_file(image_values(), Form(IMPLICIT))
    with pytest.raises(DicomError):
        explicit_form(MemoryBytes(content[:-cut]), nothing)


def test_a_sequence_of_rubbish_is_not_written() -> None:
    body = struct.pack("<HHI", 0x0008, 0x1032, 16) + b"no items in here"
    content = dicom_file(image_values(), Form(IMPLICIT))
    start = content.index(struct.pack("<HHI", 0x0010, 0x0010, 0)[:4])
    with pytest.raises(DicomError):
        explicit_form(MemoryBytes(content[:start] + body + content[start:]), nothing)
