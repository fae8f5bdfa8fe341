from dataclasses import replace
from datetime import date

import pytest

from dicom.description import FrameInfo, LookupTable, ObjectDescription, Window
from dicom.showing.windows.units import real_value, value_unit
from viewer.viewport.corner_text import (
    CornerTexts,
    Line,
    Situation,
    Speech,
    age_at,
    corner_texts,
    fitting,
    short_number,
)

SPEECH = Speech(say=str, name=str.title, date=date.isoformat, time=lambda moment: moment.strftime("%H:%M"))
SAID = ObjectDescription(
    kind="image",
    number_of_frames=1,
    frames_declared=1,
    texts={
        "patient_name": "MUELLER ANNA",
        "patient_birth_date": "19510504",
        "patient_sex": "F",
        "patient_id": "4711",
        "study_date": "20190312",
        "study_time": "081530.123",
        "study_description": "CT Abdomen",
        "institution_name": "St. Example",
        "accession_number": "A1",
        "series_number": "3",
        "series_description": "Axial 5 mm",
        "image_laterality": "L",
        "view_position": "CC",
    },
    frame_infos=(FrameInfo(slice_thickness=5.0, slice_location=-12.34),),
)
HERE = Situation(4, 120, zoom=1.5, voi=Window(40, 400), value="−24 HU")


def texts(corner: tuple[Line, ...]) -> list[str]:
    return [line.text for line in corner]


def test_the_four_corners_say_who_what_how_and_where() -> None:
    corners = corner_texts(SAID, 0, HERE, SPEECH)
    assert texts(corners.top_left) == ["Mueller Anna", "born 1951-05-04, 67 years old at the exam", "female", "ID 4711"]
    assert texts(corners.top_right) == ["St. Example", "CT Abdomen", "2019-03-12 08:15", "Accession A1"]
    assert texts(corners.bottom_left) == ["−24 HU", "Width 400 · Level 40", "Zoom 150 %", "Image 4 of 120"]
    assert texts(corners.bottom_right) == ["Series 3 · Axial 5 mm", "Slice 5 mm at −12.3 mm", "L CC"]


def test_what_the_file_does_not_say_is_not_shown() -> None:
    corners = corner_texts(ObjectDescription(kind="image"), 0, Situation(1, 1), SPEECH)
    assert corners == CornerTexts(bottom_left=(Line("Image 1 of 1"),))


def test_minimal_keeps_who_when_which_and_warnings() -> None:
    corners = corner_texts(replace(SAID, lossy="yes", lossy_ratio=9.6), 0, HERE, SPEECH, "minimal")
    assert texts(corners.top_left) == ["Mueller Anna", "born 1951-05-04, 67 years old at the exam"]
    assert texts(corners.top_right) == ["2019-03-12 08:15"]
    assert corners.bottom_left == (Line("Image 4 of 120"), Line("Lossy 9.6:1", warns=True))
    assert corners.bottom_right == ()


def test_lossy_is_said_even_when_texts_are_off() -> None:
    maybe = corner_texts(replace(SAID, lossy="maybe"), 0, HERE, SPEECH, "none")
    assert maybe == CornerTexts(bottom_left=(Line("May be lossy", warns=True),))
    assert corner_texts(SAID, 0, HERE, SPEECH, "none") == CornerTexts()


def test_missing_frames_are_said() -> None:
    short = replace(SAID, frames_declared=10, number_of_frames=7)
    assert (
        Line("3 of 10 images are missing from the file", warns=True) in corner_texts(short, 0, HERE, SPEECH).bottom_left
    )


def test_what_had_to_be_forgiven_is_said_in_words_even_when_texts_are_off() -> None:
    odd = replace(SAID, marks=("wrong-transfer-syntax", "non-standard", "truncated"))
    here = replace(HERE, marks=("truncated", "codestream-size-differs", "bits-not-usable"))
    for amount in ("all", "minimal", "none"):
        corner = corner_texts(odd, 0, here, SPEECH, amount).bottom_left
        assert [line.text for line in corner if line.warns] == ["A part may be missing"]
        assert [line.text for line in corner if line.look_here] == [
            "Not the size the file says",
            "Grey values may be wrong",
            "Packed unlike the file says",
        ]


def test_guessed_letters_are_said_below_the_name() -> None:
    guessed = replace(SAID, marks=("text-guessed",))
    for amount in ("all", "minimal"):
        assert corner_texts(guessed, 0, HERE, SPEECH, amount).top_left[-1] == Line("Letters guessed", look_here=True)
    assert corner_texts(guessed, 0, HERE, SPEECH, "none") == CornerTexts()


def test_where_there_is_little_room_name_number_and_warnings_stay() -> None:
    top = [Line("name"), Line("born"), Line("sex"), Line("guessed", look_here=True)]
    bottom = [Line("value"), Line("window"), Line("lossy", warns=True), Line("image")]
    assert fitting(top, bottom, 4) == (top, bottom)
    assert fitting(top, bottom, 3) == ([top[0], top[1], top[3]], bottom[1:])
    assert fitting(top, bottom, 2) == ([top[0], top[3]], bottom[2:])
    assert fitting(top, bottom, 1) == ([top[0], top[3]], bottom[2:])


def test_a_table_is_named_by_its_explanation() -> None:
    named = replace(HERE, voi=LookupTable(0, 8, (1, 2), "BONE"))
    plain = replace(HERE, voi=LookupTable(0, 8, (1, 2)))
    assert "BONE" in texts(corner_texts(SAID, 0, named, SPEECH).bottom_left)
    assert "Table of the file" in texts(corner_texts(SAID, 0, plain, SPEECH).bottom_left)


def test_age_is_that_at_the_exam() -> None:
    assert age_at("19510504", "20190503") == (67, "years")
    assert age_at("19510504", "20190504") == (68, "years")
    assert age_at("20190101", "20200601") == (17, "months")
    assert age_at("20200101", "20200115") == (14, "days")
    assert age_at("20200101", "20190101") is None
    assert age_at(None, "20190101") is None


def test_numbers_are_short() -> None:
    assert [short_number(value) for value in (400, 39.5, -0.01234, 1234.5)] == ["400", "39.5", "−0.0123", "1234"]


CT = ObjectDescription(kind="image", sop_class_uid="1.2.840.10008.5.1.4.1.1.2", image_type=("ORIGINAL", "PRIMARY"))


def test_hounsfield_units_only_where_they_are_sure() -> None:
    assert value_unit(CT, 0) == "HU"
    assert value_unit(replace(CT, image_type=("DERIVED",)), 0) == ""
    assert value_unit(replace(CT, sop_class_uid="1.2.840.10008.5.1.4.1.1.4"), 0) == ""
    assert value_unit(replace(CT, frame_infos=(FrameInfo(rescale_type="US"),)), 0) == ""
    assert value_unit(replace(CT, frame_infos=(FrameInfo(rescale_type="HU_MOD"),)), 0) == "HU_MOD"
    for nothing in ("SIGNAL INTENSITY (UNITLESS)", "normalized", "arbitrary units", "us", "Unspecified"):
        assert value_unit(replace(CT, frame_infos=(FrameInfo(rescale_type=nothing),)), 0) == ""
    angiography = replace(CT, sop_class_uid="1.2.840.10008.5.1.4.1.1.12.1", frame_infos=(FrameInfo(rescale_type="OD"),))
    assert value_unit(angiography, 0) == ""
    derived = replace(CT, image_type=("DERIVED",), frame_infos=(FrameInfo(rescale_type="HU"),))
    assert value_unit(derived, 0) == "HU"


def test_values_are_rescaled_except_where_that_means_beam_intensity() -> None:
    rescaled = replace(CT, frame_infos=(FrameInfo(rescale_slope=2, rescale_intercept=-1024),))
    assert real_value(rescaled, 0, 600) == 176
    assert real_value(replace(rescaled, sop_class_uid="1.2.840.10008.5.1.4.1.1.12.1"), 0, 600) == 600
    assert real_value(replace(CT, modality_lut=LookupTable(10, 16, (7, 8, 9))), 0, 11) == 8


@pytest.mark.parametrize(
    "number, total, frame, said",
    [
        (4, 120, (1, 1), "Image 4 of 120"),
        (1, 1, (7, 30), "Frame 7 of 30"),
        (2, 3, (7, 30), "Image 2 of 3, frame 7 of 30"),
        (1, 1, (1, 1), "Image 1 of 1"),
    ],
)
def test_an_image_is_one_object_and_a_film_is_one_image_of_many_frames(
    number: int, total: int, frame: tuple[int, int], said: str
) -> None:
    corners = corner_texts(SAID, 0, Situation(number, total, frame=frame), SPEECH, "minimal")
    assert corners.bottom_left[0] == Line(said)
