"""Which attributes QIDO knows: their tags, their columns, and how they are matched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import InstrumentedAttribute

from portal.server.base.tables import InstanceRow, SeriesRow, StudyRow

Level = Literal["study", "series", "instance"]
LEVELS: tuple[Level, ...] = ("study", "series", "instance")
Matching = Literal["text", "name", "date", "uid", "number", "modalities"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a study, series or instance; `column` is `None` where it is counted."""

    keyword: str
    tag: str
    vr: str
    level: Level
    column: InstrumentedAttribute[Any] | None = None
    matching: Matching = "text"


# A table: one line an attribute.
ATTRIBUTES = (
    Attribute("StudyDate", "00080020", "DA", "study", StudyRow.study_date, "date"),
    Attribute("StudyTime", "00080030", "TM", "study", StudyRow.study_time, "date"),
    Attribute("AccessionNumber", "00080050", "SH", "study", StudyRow.accession_number),
    Attribute("ModalitiesInStudy", "00080061", "CS", "study", None, "modalities"),
    Attribute("ReferringPhysicianName", "00080090", "PN", "study", StudyRow.referring_physician_name, "name"),
    Attribute("StudyDescription", "00081030", "LO", "study", StudyRow.study_description),
    Attribute("PatientName", "00100010", "PN", "study", StudyRow.patient_name, "name"),
    Attribute("PatientID", "00100020", "LO", "study", StudyRow.patient_id),
    Attribute("IssuerOfPatientID", "00100021", "LO", "study", StudyRow.issuer_of_patient_id),
    Attribute("PatientBirthDate", "00100030", "DA", "study", StudyRow.patient_birth_date, "date"),
    Attribute("PatientSex", "00100040", "CS", "study", StudyRow.patient_sex),
    Attribute("StudyInstanceUID", "0020000D", "UI", "study", StudyRow.study_instance_uid, "uid"),
    Attribute("StudyID", "00200010", "SH", "study", StudyRow.study_id),
    Attribute("NumberOfStudyRelatedSeries", "00201206", "IS", "study"),
    Attribute("NumberOfStudyRelatedInstances", "00201208", "IS", "study"),
    Attribute("Modality", "00080060", "CS", "series", SeriesRow.modality),
    Attribute("SeriesDescription", "0008103E", "LO", "series", SeriesRow.series_description),
    Attribute("BodyPartExamined", "00180015", "CS", "series", SeriesRow.body_part_examined),
    Attribute("SeriesInstanceUID", "0020000E", "UI", "series", SeriesRow.series_instance_uid, "uid"),
    Attribute("SeriesNumber", "00200011", "IS", "series", SeriesRow.series_number, "number"),
    Attribute("NumberOfSeriesRelatedInstances", "00201209", "IS", "series"),
    Attribute("SOPClassUID", "00080016", "UI", "instance", InstanceRow.sop_class_uid, "uid"),
    Attribute("SOPInstanceUID", "00080018", "UI", "instance", InstanceRow.sop_instance_uid, "uid"),
    Attribute("AvailableTransferSyntaxUID", "00083002", "UI", "instance", InstanceRow.transfer_syntax_uid, "uid"),
    Attribute("InstanceNumber", "00200013", "IS", "instance", InstanceRow.instance_number, "number"),
    Attribute("NumberOfFrames", "00280008", "IS", "instance", InstanceRow.number_of_frames, "number"),
    Attribute("Rows", "00280010", "US", "instance", InstanceRow.rows, "number"),
    Attribute("Columns", "00280011", "US", "instance", InstanceRow.columns, "number"),
    Attribute("BitsAllocated", "00280100", "US", "instance", InstanceRow.bits_allocated, "number"),
)
# What else "all" includes at each level, read from one of its instances (PS3.3 C.7: patient, study, series, image).
ALL: dict[Level, tuple[str, ...]] = {
    "study": ("00080201", "00081060", "00101010", "00101020", "00101030", "00102160", "00104000"),
    "series": (
        "00080021", "00080031", "00080070", "00080080", "00081010", "00081050", "00081090", "00180050", "00181030",
        "00185100", "00200052", "00200060", "00400244", "00400245", "00400254", "00400275",
    ),
    "instance": (
        "00080008", "00080022", "00080023", "00080032", "00080033", "00200012", "00200032", "00200037", "00200062",
        "00201041", "00204000", "00280002", "00280004", "00280030", "00280101", "00280102", "00280103", "00281050",
        "00281051", "00281052", "00281053", "00281054",
    ),
}  # fmt: skip
BY_NAME = {name: attribute for attribute in ATTRIBUTES for name in (attribute.keyword, attribute.tag)}
