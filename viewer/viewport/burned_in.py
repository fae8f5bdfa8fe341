"""Whether a picture may carry text of its own, such as a name, which nothing can take off a copy."""

from __future__ import annotations

from dicom.description import ObjectDescription

_SAFE_MODALITIES = frozenset({"CT", "MR", "PT", "NM", "DX", "CR", "MG", "PX", "IO"})
_CAPTURES = ("1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.77.1")  # secondary capture, visible light and video
_SCREEN_WORDS = ("SCREEN", "REPORT", "DOSE", "CAPTURE", "SECONDARY CAPTURE", "SUMMARY", "RESULT")


def may_hold_text(said: ObjectDescription) -> bool:
    """Tell by evidence: what the file says of it (0028,0301), and what kind of picture it is.

    "NO" is believed of what a scanner made, never of captures, clips and ultrasound, where it is often wrong; what
    says nothing is free of text only where it is grey and straight from a scanner.
    """
    burned = said.texts.get("burned_in_annotation", "").strip().upper()
    if burned == "YES" or said.overlays or not _is_from_scanner(said):
        return True
    return burned != "NO" and said.samples_per_pixel != 1


def _is_from_scanner(said: ObjectDescription) -> bool:
    uid = said.sop_class_uid or ""
    if said.kind != "image" or any(uid == one or uid.startswith(f"{one}.") for one in _CAPTURES):
        return False
    if any(word in value.upper() for value in said.image_type for word in _SCREEN_WORDS):
        return False
    if said.texts.get("conversion_type", "").strip():  # made from something else: paper, film, a screen
        return False
    return (said.modality or "").upper() in _SAFE_MODALITIES
