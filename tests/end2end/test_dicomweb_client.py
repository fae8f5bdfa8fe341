"""dicomweb-client for Python, as its users write: store, search, metadata, instances, frames, bulk data, pictures."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from dicomweb_client.api import DICOMwebClient
from dicomweb_client.session_utils import create_session
from PIL import Image
from pydicom import Dataset, dcmread

from dicom.reading.elements import quietly
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, real

ANNA = {"PatientName": "MÜLLER^ÄNNE", "PatientBirthDate": "19520607", "SpecificCharacterSet": "ISO_IR 100"}


@pytest.fixture
def anna(shared_portal: Portal) -> SignedIn:
    return shared_portal.account(ANNA["PatientName"], ANNA["PatientBirthDate"])


@pytest.fixture
def client(shared_portal: Portal, anna: SignedIn) -> DICOMwebClient:
    session = create_session()
    session.trust_env = False
    return DICOMwebClient(
        f"{shared_portal.url}/dicomweb", session=session, headers={"Authorization": f"Bearer {anna.token}"}
    )


def names(data_set: Dataset) -> dict[str, str]:
    return {
        "study_instance_uid": data_set.StudyInstanceUID,
        "series_instance_uid": data_set.SeriesInstanceUID,
        "sop_instance_uid": data_set.SOPInstanceUID,
    }


@quietly
def stored(client: DICOMwebClient, name: str, **values: Any) -> Dataset:
    _data, data_set = real(name, **{**ANNA, **values})
    answer = client.store_instances([data_set])
    assert len(answer.ReferencedSOPSequence) == 1
    return data_set


@quietly
def test_what_is_stored_is_found_and_comes_back(client: DICOMwebClient) -> None:
    data_set = stored(client, "CT_small.dcm", ReferringPhysicianName="Kühn^Özlem")
    (study,) = client.search_for_studies(
        search_filters={"PatientName": "müll*", "ReferringPhysicianName": "KÜHN*"},
        fields=["InstitutionName", "00080016"],
    )
    assert study["0020000D"]["Value"] == [data_set.StudyInstanceUID]
    assert study["00080080"]["Value"] == [data_set.InstitutionName]
    assert client.search_for_studies(fuzzymatching=True, search_filters={"PatientName": "aenne muell"})
    assert len(client.search_for_series(data_set.StudyInstanceUID)) == 1
    assert len(client.search_for_instances(limit=5, offset=0)) == 1
    (back,) = client.retrieve_study(data_set.StudyInstanceUID)
    assert back.PixelData == data_set.PixelData
    alone = client.retrieve_instance(**names(data_set))
    assert alone.SOPInstanceUID == data_set.SOPInstanceUID
    (streamed,) = client.iter_series(data_set.StudyInstanceUID, data_set.SeriesInstanceUID)
    assert streamed.PatientName == data_set.PatientName


@quietly
def test_metadata_frames_and_bulk_data_are_those_of_the_object(client: DICOMwebClient) -> None:
    data_set = stored(client, "emri_small.dcm")
    said = client.retrieve_instance_metadata(**names(data_set))
    assert said["00080005"]["Value"] == ["ISO_IR 192"]
    (bulk,) = {element["BulkDataURI"] for element in said.values() if "BulkDataURI" in element}
    frames = client.retrieve_instance_frames(**names(data_set), frame_numbers=list(range(1, 11)))
    wanted = data_set.pixel_array
    assert [np.frombuffer(frame, "<u2").tolist() for frame in frames] == [each.ravel().tolist() for each in wanted]
    assert b"".join(client.retrieve_bulkdata(bulk)) == data_set.PixelData
    (study_metadata,) = client.retrieve_study_metadata(data_set.StudyInstanceUID)
    assert study_metadata == said


@quietly
def test_a_codestream_and_pictures_come_in_the_media_type_that_is_asked_for(client: DICOMwebClient) -> None:
    data_set = stored(client, "JPEG2000.dcm")
    (stream,) = client.retrieve_instance_frames(**names(data_set), frame_numbers=[1], media_types=("image/jp2",))
    assert stream in data_set.PixelData
    for media, kind in (("image/png", "PNG"), ("image/jpeg", "JPEG")):
        picture = client.retrieve_instance_rendered(**names(data_set), media_types=(media,))
        assert Image.open(io.BytesIO(picture)).format == kind
    rendered = client.retrieve_instance_frames_rendered(
        **names(data_set), frame_numbers=[1], media_types=("image/png",), params={"window": "500,900,sigmoid"}
    )
    assert Image.open(io.BytesIO(rendered)).size == (data_set.Columns, data_set.Rows)


@quietly
def test_nested_bulk_data_are_fetched_by_their_address(client: DICOMwebClient) -> None:
    item = Dataset()
    item.WaveformBitsAllocated, item.WaveformData = 16, bytes(range(256)) * 100
    data_set = dcmread(io.BytesIO(made(**ANNA, WaveformSequence=[item])))
    client.store_instances([data_set])
    said = client.retrieve_instance_metadata(**names(data_set))
    address = said["54000100"]["Value"][0]["54001010"]["BulkDataURI"]
    assert client.retrieve_bulkdata(address) == [item.WaveformData]
