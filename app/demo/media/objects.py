"""The DICOM objects of the sample disc: headers around the phantoms' pixels."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    EncapsulatedPDFStorage,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    UltrasoundMultiFrameImageStorage,
)

from app.demo.media import hand, heart
from app.demo.media import phantom as torso

IMPLEMENTATION = UID("2.25.121047338806404105961303041012740155817")


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A person who never lived."""

    patient_name: str
    patient_id: str
    patient_birth_date: str
    patient_sex: str


MARTHA = SamplePerson("SAMPLE^MARTHA", "SAMPLE-0001", "19510504", "F")
GUSTAV = SamplePerson("SAMPLE^GUSTAV", "SAMPLE-0002", "19480923", "M")


@dataclass(frozen=True, slots=True)
class Examination:
    """One study of one made-up person."""

    person: SamplePerson
    name: str
    study_date: str
    study_description: str
    accession_number: str

    def uid(self, *parts: object) -> UID:
        """Return a UID that is always the same for the same part of the study."""
        words = "/".join(("scanshelf sample", self.person.patient_id, self.name, *map(str, parts)))
        return UID(f"2.25.{int.from_bytes(hashlib.sha256(words.encode()).digest()[:15], 'big')}")


def _start(study: Examination, sop_class_uid: UID, series: tuple[int, str, str], number: int, time: str) -> Dataset:
    """Fill in person, study, series (number, modality, description) and instance."""
    series_number, modality, description = series
    data_set = Dataset()
    data_set.SpecificCharacterSet = "ISO_IR 100"
    data_set.SOPClassUID = sop_class_uid
    data_set.SOPInstanceUID = study.uid(series_number, number)
    data_set.StudyDate = data_set.SeriesDate = data_set.ContentDate = data_set.AcquisitionDate = study.study_date
    data_set.StudyTime = "101500"
    data_set.SeriesTime = data_set.ContentTime = data_set.AcquisitionTime = time
    data_set.AccessionNumber = study.accession_number
    data_set.Modality = modality
    data_set.Manufacturer = "Scanshelf sample generator"
    data_set.InstitutionName = "Sample data - no hospital"
    data_set.ReferringPhysicianName = "SAMPLE^DOCTOR"
    data_set.StudyDescription = study.study_description
    data_set.SeriesDescription = description
    data_set.PatientName = study.person.patient_name
    data_set.PatientID = study.person.patient_id
    data_set.IssuerOfPatientID = "SCANSHELF SAMPLE"
    data_set.PatientBirthDate = study.person.patient_birth_date
    data_set.PatientSex = study.person.patient_sex
    data_set.PatientComments = "Computer-made phantom. No person was examined."
    data_set.StudyInstanceUID = study.uid()
    data_set.SeriesInstanceUID = study.uid(series_number)
    data_set.StudyID = study.name
    data_set.SeriesNumber = series_number
    data_set.InstanceNumber = number
    return data_set


def _finish(data_set: Dataset, transfer_syntax_uid: UID) -> Dataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = data_set.SOPClassUID
    meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    meta.TransferSyntaxUID = transfer_syntax_uid
    meta.ImplementationClassUID = IMPLEMENTATION
    meta.ImplementationVersionName = "SCANSHELF_SAMPLE"
    data_set.file_meta = meta
    return data_set


def _grey_pixels(data_set: Dataset, values: npt.NDArray[np.uint16], photometric_interpretation: str) -> None:
    data_set.SamplesPerPixel = 1
    data_set.PhotometricInterpretation = photometric_interpretation
    data_set.Rows, data_set.Columns = values.shape
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit = 16, 12, 11
    data_set.PixelRepresentation = 0


def _jpeg_2000(data_set: Dataset, values: npt.NDArray[np.uint16]) -> Dataset:
    stream = imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k", bitspersample=12)
    data_set.PixelData = encapsulate([bytes(stream)])
    data_set["PixelData"].VR = "OB"
    data_set["PixelData"].is_undefined_length = True
    return _finish(data_set, JPEG2000Lossless)


def ct_values(hounsfield: npt.NDArray[np.float32]) -> npt.NDArray[np.uint16]:
    """Return stored values for Hounsfield units: an intercept of -1024, 12 bits."""
    return np.asarray(np.clip(hounsfield + 1024, 0, 4095).round(), np.uint16)


def ct_slice(study: Examination, number: int, values: npt.NDArray[np.uint16]) -> Dataset:
    """Make slice `number` (from 1, upwards) of the CT series, in lossless JPEG 2000."""
    description = "Chest and upper abdomen 5.0 mm"
    data_set = _start(study, CTImageStorage, (2, "CT", description), number, f"1017{number % 60:02d}")
    half = (torso.SIZE - 1) / 2 * torso.SPACING
    z = (number - 1) * torso.THICKNESS
    data_set.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data_set.BodyPartExamined = "CHEST"
    data_set.PatientPosition = "HFS"
    data_set.KVP, data_set.XRayTubeCurrent, data_set.ConvolutionKernel = "120", 180, "SAMPLE"
    data_set.SliceThickness = data_set.SpacingBetweenSlices = torso.THICKNESS
    data_set.FrameOfReferenceUID = study.uid("frame of reference")
    data_set.PositionReferenceIndicator = ""
    data_set.ImagePositionPatient = [-half, -half, z]
    data_set.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data_set.SliceLocation = z
    data_set.PixelSpacing = [torso.SPACING, torso.SPACING]
    _grey_pixels(data_set, values, "MONOCHROME2")
    _hounsfield(data_set, ["SOFT TISSUE", "LUNG"], [40, -600], [400, 1500])
    return _jpeg_2000(data_set, values)


def _hounsfield(data_set: Dataset, names: list[str], centers: list[int], widths: list[int]) -> None:
    data_set.RescaleIntercept, data_set.RescaleSlope, data_set.RescaleType = -1024, 1, "HU"
    data_set.WindowCenter, data_set.WindowWidth = centers, widths
    data_set.WindowCenterWidthExplanation = names


def ct_overview(study: Examination, columns_by_slice: npt.NDArray[np.float32]) -> Dataset:
    """Make the overview picture from the front, from each slice's average over the depth of the body."""
    import cv2

    height = round(torso.SLICES * torso.THICKNESS / torso.SPACING)
    shadow = np.ascontiguousarray(columns_by_slice[::-1])  # the head is up
    values = ct_values(cv2.resize(shadow, (torso.SIZE, height), interpolation=cv2.INTER_CUBIC) * 2.2 + 1000)
    data_set = _start(study, CTImageStorage, (1, "CT", "Overview"), 1, "101600")
    data_set.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    data_set.BodyPartExamined = "CHEST"
    data_set.PatientPosition = "HFS"
    data_set.KVP = "120"
    data_set.FrameOfReferenceUID = study.uid("frame of reference")
    data_set.PositionReferenceIndicator = ""
    half = (torso.SIZE - 1) / 2 * torso.SPACING
    data_set.ImagePositionPatient = [-half, 0, (torso.SLICES - 1) * torso.THICKNESS]
    data_set.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
    data_set.PixelSpacing = [torso.SPACING, torso.SPACING]
    _grey_pixels(data_set, values, "MONOCHROME2")
    low, high = np.percentile(values, (1, 99.7))
    _hounsfield(data_set, ["OVERVIEW"], [int((low + high) / 2) - 1024], [int(high - low)])
    return _jpeg_2000(data_set, values)


def hand_x_ray(study: Examination) -> Dataset:
    """Make the X-ray of a hand: 12 bits, MONOCHROME1, not compressed."""
    values = hand.make_hand()
    series = (3, "CR", "Right hand")
    data_set = _start(study, ComputedRadiographyImageStorage, series, 1, "103200")
    data_set.ImageType = ["ORIGINAL", "PRIMARY"]
    data_set.BodyPartExamined, data_set.ViewPosition, data_set.Laterality = "HAND", "PA", "R"
    data_set.PatientOrientation = ["L", "H"]  # as the arm hangs: the fingers point to the feet
    data_set.KVP = "50"
    data_set.PlateID = ""
    data_set.ImagerPixelSpacing = [hand.SPACING, hand.SPACING]
    _grey_pixels(data_set, values, "MONOCHROME1")
    data_set.WindowCenter, data_set.WindowWidth = [2300, 2600], [3500, 2400]
    data_set.WindowCenterWidthExplanation = ["NORMAL", "BONE"]
    data_set.PixelData = values.astype("<u2").tobytes()
    data_set["PixelData"].VR = "OW"
    return _finish(data_set, ExplicitVRLittleEndian)


def heart_clip(study: Examination) -> Dataset:
    """Make the colour ultrasound clip: 30 frames, JPEG baseline."""
    frames = heart.make_clip()
    streams = [bytes(imagecodecs.jpeg8_encode(frame, level=88, subsampling="422")) for frame in frames]
    series = (4, "US", "Heart, four chambers")
    data_set = _start(study, UltrasoundMultiFrameImageStorage, series, 1, "104500")
    data_set.ImageType = ["ORIGINAL", "PRIMARY", "", "0001"]
    data_set.BodyPartExamined = "HEART"
    data_set.PatientOrientation = ""
    data_set.NumberOfFrames = len(frames)
    data_set.FrameTime = str(heart.FRAME_TIME_MS)
    data_set.FrameIncrementPointer = 0x00181063
    data_set.RecommendedDisplayFrameRate = round(1000 / heart.FRAME_TIME_MS)
    data_set.HeartRate = 120
    data_set.SamplesPerPixel, data_set.PlanarConfiguration = 3, 0
    data_set.PhotometricInterpretation = "YBR_FULL_422"
    data_set.Rows, data_set.Columns = heart.ROWS, heart.COLUMNS
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit, data_set.PixelRepresentation = 8, 8, 7, 0
    data_set.LossyImageCompression = "01"
    ratio = sum(frame.nbytes for frame in frames) / sum(map(len, streams))
    data_set.LossyImageCompressionRatio, data_set.LossyImageCompressionMethod = f"{ratio:.1f}", "ISO_10918_1"
    data_set.SequenceOfUltrasoundRegions = [_fan_region()]
    data_set.PixelData = encapsulate(streams)
    data_set["PixelData"].VR = "OB"
    data_set["PixelData"].is_undefined_length = True
    return _finish(data_set, JPEGBaseline8Bit)


def _fan_region() -> Dataset:
    """Say how many centimetres a pixel of the fan is (PS3.3 C.8.5.5)."""
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 1, 0
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 0, heart.APEX[1]
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = heart.COLUMNS - 1, heart.ROWS - 1
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX = region.PhysicalDeltaY = 0.1 / heart.PIXELS_PER_MM
    return region


def report(study: Examination, pdf: bytes) -> Dataset:
    """Wrap the report's PDF."""
    data_set = _start(study, EncapsulatedPDFStorage, (5, "DOC", "Report"), 1, "120000")
    data_set.AcquisitionDateTime = f"{study.study_date}120000"
    data_set.BurnedInAnnotation, data_set.ConversionType = "YES", "WSD"
    data_set.DocumentTitle = "Report (sample)"
    data_set.ConceptNameCodeSequence = [_report_code()]
    data_set.MIMETypeOfEncapsulatedDocument = "application/pdf"
    data_set.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    data_set.EncapsulatedDocumentLength = len(pdf)
    return _finish(data_set, ExplicitVRLittleEndian)


def _report_code() -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "18748-4", "LN", "Diagnostic imaging report"
    return code
