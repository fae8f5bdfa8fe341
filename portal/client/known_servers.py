"""What is known of DICOMweb servers by their address, from their documentation: none was tested live but Orthanc."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class ServerProfile:
    """One kind of server; `hosts` are patterns of its addresses, none where people run it under their own.

    `explicit_vr`: it takes explicit VRs only, or its documentation promises nothing else.
    """

    name: str
    hosts: tuple[str, ...] = ()
    explicit_vr: bool = False
    tested: bool = False


PROFILES = (
    ServerProfile("Azure DICOM service", ("*.dicom.azurehealthcareapis.com",), explicit_vr=True),
    ServerProfile("Google Cloud Healthcare API", ("healthcare.googleapis.com",), explicit_vr=True),
    ServerProfile("AWS HealthImaging", ("dicom-medical-imaging.*.amazonaws.com",)),
    ServerProfile("Orthanc", tested=True),
    ServerProfile("dcm4chee"),
)


def profile_of(url: str) -> ServerProfile | None:
    """Give the kind of server an address tells of; None for one that may be anything."""
    host = (urlsplit(url).hostname or "").lower()
    return next((one for one in PROFILES if any(fnmatchcase(host, pattern) for pattern in one.hosts)), None)
