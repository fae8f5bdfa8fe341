"""What people call the kinds of images, by the modality the files name; one table for the shelf and the viewer."""

from __future__ import annotations

# What hospitals call it in their files, and what people call it.
KINDS = {
    "CT": "CT", "MR": "MR", "US": "Ultrasound", "IVUS": "Ultrasound", "MG": "Mammogram",
    "CR": "X-ray", "DX": "X-ray", "RG": "X-ray", "DR": "X-ray", "RF": "X-ray film", "XA": "Angiography",
    "NM": "Nuclear medicine", "PT": "PET", "IO": "Dental X-ray", "PX": "Dental X-ray", "ES": "Endoscopy",
    "OP": "Eye", "OPT": "Eye", "OPV": "Eye", "XC": "Photograph", "GM": "Microscopy", "SM": "Microscopy",
    "DOC": "Document", "SR": "Report", "ECG": "ECG", "HD": "Blood flow", "EPS": "Heart exam",
    "RTIMAGE": "Radiotherapy", "RTDOSE": "Radiotherapy", "RTSTRUCT": "Radiotherapy", "RTPLAN": "Radiotherapy",
    "BMD": "Bone density", "BI": "Photograph",
}  # fmt: skip
ATTACHED = frozenset({"SR", "PR", "KO", "SEG", "REG", "DOC", "OT", "SC", "FID"})


def kind_name(modality: str | None) -> str:
    """Name one modality in English, as it is where people have no other name for it; "" for none."""
    code = (modality or "").strip().upper()
    return KINDS.get(code, code)
