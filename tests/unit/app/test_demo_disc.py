"""The sample disc is what it says it is, for other programs too."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pypdfium2
import pytest

from app.demo.media.sample_disc import SampleDisc, make_sample_disc, make_two_person_disc
from tests.tools import needs_tool


@pytest.fixture(scope="module")
def disc(tmp_path_factory: pytest.TempPathFactory) -> SampleDisc:
    return make_sample_disc(tmp_path_factory.mktemp("sample"))


def of_series(disc: SampleDisc, name: str) -> list[Path]:
    """List the files of one series that are whole."""
    found = [disc.folder / path for path in disc.sha256 if path not in disc.damaged]
    return [
        path for path in found if pydicom.dcmread(path, stop_before_pixels=True).SeriesInstanceUID == disc.series[name]
    ]


@pytest.mark.long
def test_figures_describe_the_folder(disc: SampleDisc) -> None:
    on_disc = {path.relative_to(disc.folder).as_posix() for path in disc.folder.rglob("*") if path.is_file()}
    assert on_disc == set(disc.sha256) | set(disc.other)
    assert (disc.listed, disc.on_disc, disc.entries) == (63, 63, 68)
    assert [len(part) for part in (disc.missing, disc.unlisted, disc.damaged)] == [1, 1, 1]
    assert disc.missing[0] not in on_disc
    for path, sha256 in disc.sha256.items():
        assert hashlib.sha256((disc.folder / path).read_bytes()).hexdigest() == sha256


def test_the_directory_lists_all_but_the_unlisted(disc: SampleDisc) -> None:
    listed = {
        "/".join(record.ReferencedFileID)
        for record in pydicom.dcmread(disc.folder / "DICOMDIR").DirectoryRecordSequence
        if "ReferencedFileID" in record
    }
    assert listed == (set(disc.sha256) - set(disc.unlisted)) | set(disc.missing)


def test_the_ct_is_geometrically_sound_and_has_two_named_windows(disc: SampleDisc) -> None:
    slices = [pydicom.dcmread(path) for path in of_series(disc, "ct")]
    assert len(slices) == 58
    heights = sorted(float(each.ImagePositionPatient[2]) for each in slices)
    assert set(np.diff(heights)) <= {5.0, 10.0}  # one gap, where the damaged slice is
    one = slices[30]
    assert one.file_meta.TransferSyntaxUID == pydicom.uid.JPEG2000Lossless
    assert list(one.WindowCenterWidthExplanation) == ["SOFT TISSUE", "LUNG"]
    hounsfield = one.pixel_array.astype(int) - 1024
    assert hounsfield.shape == (512, 512)
    assert np.median(hounsfield[:40]) == pytest.approx(-1000, abs=15)
    assert hounsfield.max() > 500


def test_the_x_ray_is_monochrome1_and_shows_bones_bright(disc: SampleDisc) -> None:
    x_ray = pydicom.dcmread(of_series(disc, "hand")[0])
    assert x_ray.PhotometricInterpretation == "MONOCHROME1"
    assert min(x_ray.Rows, x_ray.Columns) > 1600
    bone, air = x_ray.pixel_array[1900, 800], x_ray.pixel_array[200, 200]
    assert bone < air


def test_the_clip_moves_and_has_colour(disc: SampleDisc) -> None:
    clip = pydicom.dcmread(of_series(disc, "heart")[0])
    frames = clip.pixel_array
    assert frames.shape == (30, 480, 640, 3)
    assert np.abs(frames[0].astype(int) - frames[12]).mean() > 2
    saturation = frames[12].max(axis=2).astype(int) - frames[12].min(axis=2)
    assert (saturation > 120).sum() > 300


def test_the_report_says_on_each_page_that_it_is_a_sample(disc: SampleDisc) -> None:
    report = pydicom.dcmread(of_series(disc, "report")[0])
    texts = []
    with pypdfium2.PdfDocument(report.EncapsulatedDocument[: report.EncapsulatedDocumentLength]) as document:
        for page in document:
            text = page.get_textpage()
            texts.append(text.get_text_bounded())
            text.close()
            page.close()
    assert len(texts) == 2
    assert all("SAMPLE" in text for text in texts)


def test_dcmtk_reads_every_good_file(disc: SampleDisc) -> None:
    dcmdump = needs_tool("dcmdump")
    good = [str(disc.folder / path) for path in disc.sha256 if path not in disc.damaged]
    done = subprocess.run(
        [dcmdump, "-q", *good, str(disc.folder / "DICOMDIR")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    damaged = subprocess.run([dcmdump, str(disc.folder / disc.damaged[0])], capture_output=True, check=False)
    assert damaged.returncode != 0


@pytest.mark.parametrize("name", ["ct", "overview", "hand", "heart"])
def test_gdcm_decodes_the_pictures(disc: SampleDisc, name: str) -> None:
    import gdcm

    for path in of_series(disc, name)[:3]:
        reader = gdcm.ImageReader()
        reader.SetFileName(str(path))
        assert reader.Read()
        data_set = pydicom.dcmread(path)
        assert reader.GetImage().GetBufferLength() == data_set.pixel_array.nbytes


def test_dcmtk_decodes_the_clip(disc: SampleDisc, tmp_path: Path) -> None:
    out = tmp_path / "frame.png"
    clip = of_series(disc, "heart")[0]
    done = subprocess.run(
        [needs_tool("dcmj2pnm"), "+on", "+F", "13", str(clip), str(out)], capture_output=True, check=False
    )
    assert (done.returncode, out.stat().st_size > 10_000) == (0, True)


@pytest.mark.long
def test_two_persons_share_the_other_disc_and_it_is_the_same_every_time(tmp_path: Path) -> None:
    first, second = make_two_person_disc(tmp_path / "one"), make_two_person_disc(tmp_path / "two")
    assert first.sha256 == second.sha256
    assert (first.listed, first.on_disc) == (17, 17)
    names = {str(pydicom.dcmread(first.folder / path, stop_before_pixels=True).PatientName) for path in first.sha256}
    assert names == set(first.persons) == {"SAMPLE^MARTHA", "SAMPLE^GUSTAV"}
    directories = [(each.folder / "DICOMDIR").read_bytes() for each in (first, second)]
    assert directories[0] == directories[1]
