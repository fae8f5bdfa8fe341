"""From which side a projection looks, as its code says (PS3.3 C.8.11.7.1, PS3.16 CID 4010-4015)."""

from __future__ import annotations

from pydicom.dataset import Dataset

from dicom.reading.elements import first_item, items, text

# What ViewPosition would say: SNOMED CT, and the older codes for the same.
_ABBREVIATIONS = {
    "399260004": "ML", "R-10224": "ML",
    "399368009": "MLO", "R-10226": "MLO",
    "399352003": "LM", "R-10228": "LM",
    "399099002": "LMO", "R-10230": "LMO",
    "399162004": "CC", "R-10242": "CC",
    "399196006": "FB", "R-10244": "FB",
    "399188001": "SIO", "R-102D0": "SIO",
    "441555000": "ISO", "R-40AAA": "ISO",
    "399192008": "XCCL", "R-1024A": "XCCL",
    "399101009": "XCCM", "R-1024B": "XCCM",
    "399348003": "AP", "R-10206": "AP",
    "272479007": "PA", "R-10214": "PA", "R-40888": "PA",
    "399173006": "LL", "R-10236": "LL",
    "399198007": "RL", "R-10232": "RL",
    "399135007": "LAO", "R-10220": "LAO",
    "399006002": "LPO", "R-10212": "LPO",
    "399356000": "RAO", "R-40985": "RAO",
    "399038007": "RPO", "R-10210": "RPO",
}  # fmt: skip
_MOST_MODIFIERS = 4


def view_texts(elements: Dataset) -> dict[str, str]:
    """Return "view": the side as letters that are known for it, else in the code's own words, and what modifies it."""
    item = first_item(elements, "ViewCodeSequence") if "ViewCodeSequence" in elements else None
    if item is None:
        return {}
    names = [_ABBREVIATIONS.get(text(item, "CodeValue") or "") or text(item, "CodeMeaning")]
    names += [text(one, "CodeMeaning") for one in items(item, "ViewModifierCodeSequence")[:_MOST_MODIFIERS]]
    said = ", ".join(name for name in names if name)
    return {"view": said} if said else {}


def frame_side(elements: Dataset) -> dict[str, str]:
    """Return "frame_laterality" where all frames of an enhanced object show one side (PS3.3 C.7.6.16.2.8)."""
    shared = first_item(elements, "SharedFunctionalGroupsSequence")
    groups = [shared] if shared is not None and "FrameAnatomySequence" in shared else []
    groups = groups or list(items(elements, "PerFrameFunctionalGroupsSequence"))
    sides = {_side(group) for group in groups}
    side = sides.pop() if len(sides) == 1 else None
    return {"frame_laterality": side} if side in ("R", "L", "B") else {}


def _side(group: Dataset) -> str | None:
    anatomy = first_item(group, "FrameAnatomySequence") if "FrameAnatomySequence" in group else None
    return None if anatomy is None else text(anatomy, "FrameLaterality")
