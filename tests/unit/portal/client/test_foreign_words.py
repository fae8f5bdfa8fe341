"""What a portal says is checked where it comes in: names, links, numbers, texts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import PortalError
from portal.client.connecting.shapes import TEXT_MOST, clean_facts, clean_text, read_json, read_shape
from portal.names import Link, is_id, is_link, is_uid
from portal.wire.accounts import Account
from portal.wire.activity import Activity
from portal.wire.exams import Exam
from portal.wire.sharing import NewShare, Share
from portal.wire.uploads import Upload, UploadReceipt
from portal.wire.well_known import WellKnown

STUDY = {
    "study_instance_uid": "1.2.3", "study_date": None, "study_time": None, "accession_number": None,
    "study_description": None, "modalities": ["CT"], "series": 1, "instances": 1, "bytes": 1,
}  # fmt: skip
EXAM = {
    "id": "e1", "title": "CT", "exam_date": None, "origin": "practice", "person": {}, "studies": [STUDY],
    "report": {"state": "not-expected"}, "shareable": True, "shares": 0, "added_at": "2026-01-01T00:00:00Z",
}  # fmt: skip
SHARE = {
    "id": "s1", "studies": ["1.2.3"], "exams": ["e1"], "title": "CT", "person": {}, "status": "active",
    "created_at": "2026-01-01T00:00:00Z", "expires_at": "2026-02-01T00:00:00Z", "max_accesses": 10, "accesses_used": 0,
}  # fmt: skip
WELL_KNOWN = {
    "portal": "P", "version": "1", "url": "https://p", "api": "", "dicomweb": "", "oauth": "", "share": "https://p/s",
    "local": False,
}  # fmt: skip
NASTY_NAMES: list[Any] = [
    "/home/anna/Pictures", "..", ".", "", " ", "a/b", "a\\b", "C:\\Users", "a\0b", "x" * 10_000_000, 7, None, True, [],
    {}, "\u202eabc", "a\u200bb", "é", "a b", "<img src=x>", "a\nb", "\ud800", "~/x", "%2e%2e", "-rf", ".hidden",
]  # fmt: skip
NASTY_LINKS = [
    "file:///etc/passwd", "javascript:alert(1)", "smb://host/share", "\\\\host\\share", "http://elsewhere.example/s/t",
    "https://", "https:///s", "//host/s", "/s/t", "ftp://host/x", "data:text/html,x", "https://user:word@host/s",
    "https://bank.example@evil.example/s", "https://host/ s", "https://host/\nx", "https://host/\u202e",
    "https://h/" + "x" * 3000, "ms-settings:", "vbscript:x", "https://host\\@evil.example/s", "HTTPS//x",
    "http://127.0.0.1.evil.example/s", "http://[::1", "https://host:99999999/s", "http://localhost.evil.example/",
    "mailto:a@b.example", "chrome://settings", "https://hóst/s",
]  # fmt: skip


def shaped(kind: type[Any], said: Any) -> Any:
    return read_shape(kind, json.dumps(said).encode())


def refused(kind: type[Any], said: Any) -> bool:
    with pytest.raises(PortalError) as caught:
        shaped(kind, said)
    return caught.value.code == "portal-answer"


def test_sound_answers_come_through() -> None:
    assert shaped(Exam, EXAM).studies[0].study_instance_uid == "1.2.3"
    assert shaped(Share, SHARE).id == "s1"
    assert shaped(WellKnown, WELL_KNOWN).url == "https://p"
    assert is_id("5f3a0c9b1d2e4f60718293a4")
    assert is_id("urn:uuid:7d4a")
    assert is_uid("2.25.37683598509981444375223818925")


@pytest.mark.parametrize("name", NASTY_NAMES, ids=lambda name: repr(name)[:16])
def test_no_name_that_could_lead_elsewhere_gets_in(name: Any) -> None:
    assert refused(Exam, EXAM | {"id": name})
    assert refused(Exam, EXAM | {"studies": [STUDY | {"study_instance_uid": name}]})
    assert refused(Share, SHARE | {"id": name})
    assert refused(Share, SHARE | {"studies": [name]})
    assert refused(Share, SHARE | {"exams": [name]})
    upload = {"id": "u1", "study_instance_uid": "1.2", "state": "open", "identity": "same"}
    for field, said in {"id": name, "study_instance_uid": name, "missing": [name], "conflicts": [name]}.items():
        assert refused(Upload, upload | {field: said})
    item = {"sop_instance_uid": "1.2", "size": 1, "sha256": "0" * 64}
    receipt = {"upload_id": "u", "study_instance_uid": "1.2", "exam_id": "e", "completed_at": "", "instances": [item]}
    for field in ("upload_id", "study_instance_uid", "exam_id"):
        assert refused(UploadReceipt, receipt | {field: name})
    for field in ("sop_instance_uid", "sha256"):
        assert refused(UploadReceipt, receipt | {"instances": [item | {field: name}]})
    assert refused(Account, {"id": name, "user_name": "a", "persons": [], "practice": {"name": "p"}})
    assert refused(Activity, {"id": 1, "at": "", "kind": "uploaded", "exam_ids": [name]})


@pytest.mark.parametrize("link", NASTY_LINKS, ids=lambda link: link[:24])
def test_no_link_but_a_secured_one_gets_in(link: str) -> None:
    made = {"share": SHARE, "url": link, "verification_code": "ABC123", "share_code": "DEF456-ABC123"}
    assert refused(NewShare, made)
    assert refused(WellKnown, WELL_KNOWN | {"url": link})
    assert refused(WellKnown, WELL_KNOWN | {"share": link})


@pytest.mark.parametrize(
    "link", ["https://portal.example/s/t", "https://portal.example:8443/s/t?x=1", "http://127.0.0.1:5000/s/t"]
)
def test_a_sound_link_gets_in(link: str) -> None:
    assert is_link(Link(link))


@pytest.mark.parametrize("number", [-1, 1 << 31, 10**30, 1.5, "7", True, None, [], float("inf")])
def test_no_number_gets_in_that_nobody_could_count(number: Any) -> None:
    for field in ("instances", "series"):
        assert refused(Exam, EXAM | {"studies": [STUDY | {field: number}]})
    assert refused(Share, SHARE | {"accesses_used": number})
    assert refused(WellKnown, WELL_KNOWN | {"limits": {"share_days_most": number}})


def test_sizes_may_be_large_but_not_without_end() -> None:
    assert shaped(Exam, EXAM | {"studies": [STUDY | {"bytes": 1 << 40}]}).studies[0].bytes == 1 << 40
    assert refused(Exam, EXAM | {"studies": [STUDY | {"bytes": 1 << 60}]})


def test_texts_lose_what_turns_a_line_around_or_cannot_be_written() -> None:
    said = "Anna\u202e gpj.exe\u2066\u0000\u001b[31m\ud800 \u05d0\u200f"
    title = shaped(Exam, EXAM | {"title": said}).title
    assert title == "Anna\ufffd gpj.exe\ufffd\ufffd\ufffd[31m\ufffd \u05d0\u200f"
    title.encode("utf-8")
    assert clean_text("line one\nline two\twide") == "line one\nline two\twide"


def test_a_text_without_end_is_cut() -> None:
    title = shaped(Exam, EXAM | {"title": "x" * 7_000_000}).title
    assert len(title) == TEXT_MOST
    assert title.endswith("…")


def test_facts_are_plain_however_deep_they_came() -> None:
    deep: Any = 1
    for _ in range(250):
        deep = {"a": [deep]}
    line = {
        "id": 1,
        "at": "",
        "kind": "uploaded",
        "details": {"deep": deep, "instances": 3, "label": "A\u202e", "big": 10**40},
    }
    assert shaped(Activity, line).details == {"instances": 3, "label": "A\ufffd"}
    assert len(clean_facts({str(n): n for n in range(10_000)})) == 100
    assert clean_facts({"missing": ["1.2", {"a": 1}, 3]}) == {"missing": ["1.2", 3]}


def test_five_hundred_deep_and_millions_of_parts_are_refused_or_left_out() -> None:
    assert shaped(Exam, EXAM | {"unknown": json.loads("[" * 500 + "]" * 500)}).id == "e1"
    with pytest.raises(ValueError, match="too many"):
        read_json(b"[" + b"[]," * 3_000_000 + b"[]]")


def test_a_portal_that_has_grown_is_still_understood() -> None:
    share = shaped(Share, SHARE | {"status": "asleep", "new": {"a": 1}})
    assert (share.status, share.studies) == ("asleep", ("1.2.3",))
    line = {"id": 1, "at": "", "kind": "share-dreamt", "details": {"access": 1, "of": 10, "label": "A", "more": None}}
    read = shaped(Activity, line)
    assert (read.kind, read.details) == ("share-dreamt", line["details"])
