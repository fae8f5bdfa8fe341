"""Whether a name may be written in a picture is judged by evidence, and said rather than promised away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dicom.description import ObjectDescription
from viewer.viewport.burned_in import may_hold_text

CT = ObjectDescription("image", sop_class_uid="1.2.840.10008.5.1.4.1.1.2", modality="CT", image_type=("ORIGINAL",))
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
ULTRASOUND = replace(CT, modality="US", sop_class_uid="1.2.840.10008.5.1.4.1.1.6.1")


def burned(said: ObjectDescription, value: str) -> ObjectDescription:
    return replace(said, texts={**said.texts, "burned_in_annotation": value})


@pytest.mark.parametrize(
    "said",
    [
        burned(CT, "YES"),
        burned(CT, "yes "),
        replace(CT, sop_class_uid=CAPTURE),
        replace(CT, sop_class_uid=f"{CAPTURE}.4"),
        burned(replace(CT, sop_class_uid=CAPTURE), "NO"),
        ULTRASOUND,
        burned(ULTRASOUND, "NO"),
        replace(ULTRASOUND, kind="video"),
        replace(CT, kind="pdf"),
        replace(CT, image_type=("DERIVED", "SECONDARY", "SCREEN SAVE")),
        replace(CT, image_type=("DERIVED", "SECONDARY", "DOSE_INFO")),
        replace(CT, texts={"conversion_type": "SD"}),
        replace(CT, modality="OT"),
        replace(CT, modality=None),
        replace(CT, samples_per_pixel=3),
    ],
)
def test_text_may_be_in_it(said: ObjectDescription) -> None:
    assert may_hold_text(said)


@pytest.mark.parametrize(
    "said", [CT, burned(CT, "NO"), replace(CT, modality="MR"), burned(replace(CT, samples_per_pixel=3), "NO")]
)
def test_a_scanners_own_grey_picture_is_free_of_text(said: ObjectDescription) -> None:
    assert not may_hold_text(said)
