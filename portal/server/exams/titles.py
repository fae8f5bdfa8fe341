"""What a patient calls an exam: "CT of the chest", from the machine's code and the body part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Modality code -> machine: what belongs together on one day. X-rays of all makes are one machine.
_SAME_MACHINE = {"CR": "DX", "RG": "DX", "DR": "DX", "IVUS": "US", "OPT": "OP", "OPV": "OP", "PX": "IO"}
# What hangs on other images and is no machine of its own.
ATTACHED = frozenset({"SR", "PR", "KO", "SEG", "REG", "DOC", "OT", "SC", "FID", "AU", "PLAN"})
NO_MACHINE = "OT"
_MACHINES_NAMED = 3

_MACHINES = {
    "CT": "CT", "MR": "MRI", "US": "Ultrasound", "MG": "Mammogram", "DX": "X-ray", "RF": "X-ray film",
    "XA": "Angiography", "NM": "Nuclear medicine scan", "PT": "PET scan", "IO": "Dental X-ray", "ES": "Endoscopy",
    "OP": "Eye images", "XC": "Photographs", "GM": "Microscopy", "SM": "Microscopy", "ECG": "ECG", "HD": "Blood flow",
    "EPS": "Heart exam", "RTIMAGE": "Radiotherapy", "RTDOSE": "Radiotherapy", "RTSTRUCT": "Radiotherapy",
    "RTPLAN": "Radiotherapy", "BMD": "Bone density",
}  # fmt: skip
_NAMES_ITS_PART = frozenset({"MG", "IO", "OP", "ECG", "EPS", "BMD"})
# Words as they are found in BodyPartExamined and StudyDescription, in several languages -> the part in plain words.
_PARTS = {
    "the chest": "chest thorax lung lungs lunge torax poumon",
    "the abdomen": "abdomen abdominal bauch liver leber kidney kidneys niere stomach",
    "the pelvis": "pelvis becken",
    "the head": "head brain skull kopf schaedel schadel gehirn hirn cranial neurocranium cerebrum tete headneck",
    "the neck": "neck hals soft thyroid schilddruese",
    "the spine": "spine cspine tspine lspine sspine hws bws lws cervical lumbar thoracicspine wirbelsaeule",
    "the heart": "heart cardiac herz coronary coeur echocardiography",
    "the knee": "knee knie genou rodilla",
    "the hip": "hip huefte hufte hanche",
    "the shoulder": "shoulder schulter epaule",
    "the elbow": "elbow ellenbogen",
    "the wrist": "wrist handgelenk",
    "the hand": "hand finger thumb",
    "the ankle": "ankle sprunggelenk osg",
    "the foot": "foot fuss toe calcaneus",
    "the leg": "leg thigh femur tibia fibula leglower extremity lowerextremity",
    "the arm": "arm humerus forearm radius ulna",
    "the breast": "breast mamma brust",
    "the jaw": "jaw mandible maxilla tmj kiefer",
    "the sinuses": "sinus sinuses nnh",
    "the prostate": "prostate prostata",
    "the whole body": "wholebody ganzkoerper",
}
_PART_OF_WORD = {word: part for part, words in _PARTS.items() for word in words.split()}
_WORDS = re.compile(r"[^\W\d_]+")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "ê": "e"})


def machine_of(modality: str | None) -> str:
    """Give the machine that a series' modality stands for; `NO_MACHINE` where it stands for none."""
    code = (modality or "").strip().upper()
    return NO_MACHINE if not code or code in ATTACHED else _SAME_MACHINE.get(code, code)


@dataclass(frozen=True, slots=True)
class ScannedSeries:
    """What a title needs to know of one series."""

    modality: str | None
    body_part_examined: str | None
    instances: int = 1


def exam_title(machine: str, series: Sequence[ScannedSeries], descriptions: Iterable[str | None]) -> str:
    """Name an exam by what made most of its images, each machine with its body part; `machine` where no series says.

    The same series give the same title in whatever order they arrived.
    """
    images: Counter[str] = Counter()
    for each in series:
        images[machine_of(each.modality)] += each.instances
    del images[NO_MACHINE]
    machines = sorted(images, key=lambda code: (-images[code], code)) or [machine]
    texts = list(descriptions)
    named = []
    for code in machines[:_MACHINES_NAMED]:
        parts = [each.body_part_examined for each in series if machine_of(each.modality) == code]
        named.append(_machine_title(code, parts, texts if len(machines) == 1 else ()))
    return ", ".join(named)


def _machine_title(machine: str, body_parts: Iterable[str | None], descriptions: Iterable[str | None]) -> str:
    name = _MACHINES.get(machine, "Images" if machine == NO_MACHINE else f"Images ({machine[:16]})")
    if machine in _NAMES_ITS_PART:
        return name
    parts = sorted(_parts(body_parts)) or _parts(descriptions)
    return f"{name} of {' and '.join(parts[:2])}" if parts else name


def _parts(texts: Iterable[str | None]) -> list[str]:
    found: dict[str, None] = {}
    for text in texts:
        folded = (text or "").casefold().translate(_FOLDED)
        for word in (*_WORDS.findall(folded), "".join(_WORDS.findall(folded))):
            if word in _PART_OF_WORD:
                found.setdefault(_PART_OF_WORD[word])
    return list(found)
