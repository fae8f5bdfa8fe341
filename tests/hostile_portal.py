"""A portal that means harm, over real HTTP: it answers as a portal does, with names, texts and links of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.unit.portal.client.strange_server import Asked, answer

STUDY: dict[str, Any] = {
    "study_instance_uid": "1.2.3", "study_date": None, "study_time": None, "accession_number": None,
    "study_description": None, "modalities": ["CT"], "series": 1, "instances": 1, "bytes": 0,
}  # fmt: skip
EXAM: dict[str, Any] = {
    "id": "e1", "title": "CT", "exam_date": "20240312", "origin": "practice", "person": {}, "studies": [STUDY],
    "report": {"state": "released"}, "shareable": True, "shares": 0, "added_at": "2026-01-01T00:00:00Z",
}  # fmt: skip
SHARE: dict[str, Any] = {
    "id": "s1", "studies": ["1.2.3"], "exams": ["e1"], "title": "CT", "person": {}, "status": "active",
    "created_at": "2026-01-01T00:00:00Z", "expires_at": "2026-12-31T00:00:00Z", "max_accesses": 10, "accesses_used": 0,
}  # fmt: skip
PERSON = {"patient_name": "SAMPLE^ANNA", "patient_birth_date": "19510504"}
ACCOUNT: dict[str, Any] = {"id": "a1", "user_name": "anna", "persons": [PERSON], "practice": {"name": "P"}}
MULTIPART = 'multipart/related; type="application/dicom"; boundary=B'


class HostilePortal:
    """Answers as a portal does; a test changes what it says."""

    def __init__(self, **exam: Any) -> None:
        self.exams = [EXAM | exam]
        self.account = dict(ACCOUNT)
        self.well_known: dict[str, Any] = {}
        self.shares: list[dict[str, Any]] = []
        self.activity: list[dict[str, Any]] = []
        self.made: dict[str, Any] = {}
        self.image = b"pixels"
        self.report = b"%PDF-1.4 hers"
        self.invitation = b"%PDF-1.4 nothing more"
        self.uids = ("1.2.3.1", "1.2.3.1.1")  # of the series and of the one image

    def __call__(self, asked: Asked) -> Iterable[bytes]:
        url, (method, path, *_) = f"http://{asked.headers['host']}", asked.first_line.split(" ")
        if path.startswith("/.well-known"):
            rest = dict.fromkeys(("api", "dicomweb", "oauth"), "")
            said = {"portal": "P", "version": "1", "url": url, "share": f"{url}/s", "local": True, **rest}
            return answer_json(said | self.well_known)
        if path.endswith("/account"):
            return answer_json(self.account)
        if path.endswith("/report"):
            return answer(self.report, kind="application/pdf")
        if path.endswith("/invitation.pdf"):
            return answer(self.invitation, kind="application/pdf")
        if path.startswith("/api/v1/shares"):
            return answer_json(self.made if method == "POST" else {"shares": self.shares})
        if path.startswith("/api/v1/audit"):
            return answer_json({"activity": self.activity})
        if path.startswith("/api/v1/exams/"):
            return answer_json(self.exams[0])
        if path.startswith("/api/v1/exams"):
            return answer_json({"exams": self.exams})
        if "/instances?" in path:
            return answer(self._listing() if "offset=0" in path else b"[]")
        part = b"--B\r\nContent-Type: application/dicom\r\n\r\n" + self.image + b"\r\n--B--\r\n"
        return answer(part, kind=MULTIPART)

    def _listing(self) -> bytes:
        series, instance = self.uids
        one = {"0020000E": {"vr": "UI", "Value": [series]}, "00080018": {"vr": "UI", "Value": [instance]}}
        return json.dumps([one]).encode()


def answer_json(said: Any) -> list[bytes]:
    """Answer with JSON."""
    return answer(json.dumps(said).encode())


def know(settings: Path, url: str) -> None:
    """Have a window or a command think that somebody is signed in there (with `SCANSHELF_TOKEN`)."""
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "portals.json").write_text(json.dumps({"portals": [{"url": url, "name": "P", "user_name": "anna"}]}))
