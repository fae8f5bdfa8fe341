"""QIDO-RS: who finds what, how, and how many more there are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent

pytestmark = pytest.mark.on_postgres

JAPANESE = "Yamada^Tarou=山田^太郎=やまだ^たろう"


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


@pytest.fixture
def three(portal: Portal, anna: SignedIn) -> SignedIn:
    """Three studies: CT with two instances in two series, US, MR."""
    sent(
        portal,
        anna.token,
        made(StudyInstanceUID="1.1", SeriesInstanceUID="1.1.1", SOPInstanceUID="1.1.1.1", SeriesNumber="2"),
        made(StudyInstanceUID="1.1", SeriesInstanceUID="1.1.2", SOPInstanceUID="1.1.2.1", SeriesNumber="1"),
        made(StudyInstanceUID="1.2", SeriesInstanceUID="2.1", Modality="US", StudyDate="20250101", AccessionNumber="B"),
        made(
            StudyInstanceUID="1.3", SeriesInstanceUID="3.1", Modality="MR", StudyDate="20230101", AccessionNumber="7%"
        ),
    )
    return anna


def search(portal: Portal, who: SignedIn, path: str = "/studies", **params: Any) -> list[dict[str, Any]]:
    answer = portal.get(f"/dicomweb{path}", who.token, params=params)
    if answer.status_code == 204:
        assert answer.content == b""
        return []
    assert answer.headers["content-type"] == "application/dicom+json"
    found: list[dict[str, Any]] = portal.said(200, answer)
    return found


def values(found: list[dict[str, Any]], tag: str) -> list[Any]:
    return [one[tag].get("Value", [None])[0] for one in found]


def test_studies_are_listed_newest_first(portal: Portal, three: SignedIn) -> None:
    found = search(portal, three)
    assert values(found, "0020000D") == ["1.2", "1.1", "1.3"]
    ct = found[1]
    assert ct["00080061"]["Value"] == ["CT"]
    assert (ct["00201206"]["Value"], ct["00201208"]["Value"]) == ([2], [2])
    assert ct["00100010"] == {"vr": "PN", "Value": [{"Alphabetic": "MUELLER^ANNA"}]}
    assert ct["00081190"]["Value"] == [f"{portal.url}/dicomweb/studies/1.1"]


MATCHES: list[tuple[dict[str, str], list[str]]] = [
    ({"StudyInstanceUID": "1.1,1.3"}, ["1.1", "1.3"]),
    ({"0020000D": "1.2"}, ["1.2"]),
    ({"PatientID": "A-1", "AccessionNumber": "B"}, ["1.2"]),
    ({"AccessionNumber": "7%"}, ["1.3"]),
    ({"AccessionNumber": "*%"}, ["1.3"]),
    ({"AccessionNumber": "%"}, []),
    ({"PatientName": "muel*"}, ["1.2", "1.1", "1.3"]),
    ({"PatientName": "M?ELLER^ANNA"}, ["1.2", "1.1", "1.3"]),
    ({"PatientName": "MUELLER"}, []),
    ({"StudyDate": "20240101-20251231"}, ["1.2", "1.1"]),
    ({"StudyDate": "-20240510"}, ["1.1", "1.3"]),
    ({"StudyDate": "2024-05-10"}, ["1.1"]),
    ({"StudyDate": "20240510-"}, ["1.2", "1.1"]),
    ({"StudyTime": "1000-1030", "StudyDate": "20240510"}, ["1.1"]),
    ({"ModalitiesInStudy": "US"}, ["1.2"]),
    ({"ModalitiesInStudy": "US,MR"}, ["1.2", "1.3"]),
    ({"Modality": "MR"}, ["1.3"]),
    ({"SOPInstanceUID": "1.1.2.1"}, ["1.1"]),
    ({"PatientName": "' OR 1=1 --"}, []),
    ({"StudyDescription": ""}, ["1.2", "1.1", "1.3"]),
]


def test_attributes_are_matched(portal: Portal, three: SignedIn) -> None:
    for params, wanted in MATCHES:
        assert values(search(portal, three, **params), "0020000D") == wanted, params


@pytest.mark.parametrize(
    "params", [{"StudyDate": "yesterday"}, {"limit": "-1"}, {"offset": "x"}, {"StudyDate": "1-2-3"}]
)
def test_what_makes_no_sense_is_refused(portal: Portal, three: SignedIn, params: dict[str, str]) -> None:
    answer = portal.get("/dicomweb/studies", three.token, params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")


def test_pages_do_not_overlap_and_a_cut_is_told(portal: Portal, three: SignedIn) -> None:
    answer = portal.get("/dicomweb/studies", three.token, params={"limit": 2})
    assert answer.headers["warning"] == '299 scanshelf "There are 1 additional results that can be requested"'
    second = portal.get("/dicomweb/studies", three.token, params={"limit": 2, "offset": 2})
    assert "warning" not in second.headers
    assert values(answer.json(), "0020000D") + values(second.json(), "0020000D") == ["1.2", "1.1", "1.3"]
    assert search(portal, three, offset=3) == []


def test_series_and_instances_are_found_in_their_order(portal: Portal, three: SignedIn) -> None:
    assert values(search(portal, three, "/studies/1.1/series"), "0020000E") == ["1.1.2", "1.1.1"]
    assert values(search(portal, three, "/studies/1.1/series"), "00201209") == [1, 1]
    assert sorted(values(search(portal, three, "/studies/1.1/instances"), "00080018")) == ["1.1.1.1", "1.1.2.1"]
    assert len(search(portal, three, "/series")) == 4
    assert len(search(portal, three, "/instances", Modality="CT")) == 2
    inside = search(portal, three, "/studies/1.1/series/1.1.1/instances")
    assert values(inside, "00080018") == ["1.1.1.1"]
    assert (values(inside, "00280010"), values(inside, "00083002")) == ([4], ["1.2.840.10008.1.2.1"])
    assert values(inside, "00280100") == [16]
    assert search(portal, three, "/studies/1.1/instances", SOPInstanceUID="1.1.2.1", limit=500)


def test_a_japanese_name_is_found_by_each_of_its_groups(portal: Portal) -> None:
    taro = portal.account(JAPANESE, "19700101")
    name = made(PatientName=JAPANESE, PatientBirthDate="19700101", SpecificCharacterSet="ISO_IR 192")
    assert sent(portal, taro.token, name).status_code == 200
    groups = {"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎", "Phonetic": "やまだ^たろう"}
    for wish in ("yamada*", "山田*", "山田^太郎", "やまだ^たろう", "*太郎"):
        (found,) = search(portal, taro, PatientName=wish)
        assert found["00100010"]["Value"] == [groups]
        assert found["00080005"]["Value"] == ["ISO_IR 192"]


def test_unknown_parameters_are_told(portal: Portal, three: SignedIn) -> None:
    for unknown in ({"Shoesize": "44"}, {"includefield": "Shoesize"}, {"includefield": "0020000D,x"}, {"99": "1"}):
        answer = portal.get("/dicomweb/studies", three.token, params=unknown)
        assert "left out" in answer.headers["warning"]
    for known in ({"includefield": "all"}, {"includefield": "00081030,StudyTime"}, {"fuzzymatching": "true"}):
        assert "warning" not in portal.get("/dicomweb/studies", three.token, params=known).headers


def test_names_are_found_in_any_case_of_any_script(shared_portal: Portal) -> None:
    names = {"MÜLLER^ÄNNE": "1", "ИВАНОВ^ПЁТР": "2", "Ólafsdóttir^Þóra^^": "3", "STRAẞE^Ida": "4"}
    for number, (name, day) in enumerate(names.items()):
        who = shared_portal.account(name, f"1950010{day}")
        image = made(
            PatientName=name,
            PatientBirthDate=f"1950010{day}",
            PatientID=f"X{number}",
            SpecificCharacterSet="ISO_IR 192",
        )
        assert sent(shared_portal, who.token, image).status_code == 200
        wishes = [name, name.lower(), name.upper(), name.title(), f"{name[:4].lower()}*", f"*{name[3:7].lower()}*"]
        for wish in wishes:
            assert len(search(shared_portal, who, PatientName=wish)) == 1, wish
        assert search(shared_portal, who, PatientName=name[:3].lower()) == []


def test_fuzzy_matching_finds_names_by_the_beginnings_of_their_words(shared_portal: Portal) -> None:
    who = shared_portal.account("MÜLLER-LÜDENSCHEIDT^ANNA^MARIA", "19560203")
    image = made(
        PatientName="MÜLLER-LÜDENSCHEIDT^ANNA^MARIA", PatientBirthDate="19560203", SpecificCharacterSet="ISO_IR 192"
    )
    assert sent(shared_portal, who.token, image).status_code == 200
    for wish in ("anna müller", "muell", "MULLER", "mar ann", "Mueller-Luedenscheidt", "ann%"[:3], "anna^muller"):
        assert len(search(shared_portal, who, PatientName=wish, fuzzymatching="true")) == 1, wish
    for wish in ("nna", "anna otto", "%", "_nna", "scheidt"):
        assert search(shared_portal, who, PatientName=wish, fuzzymatching="true") == [], wish
    assert search(shared_portal, who, PatientName="anna müller") == []


def test_the_referring_physician_is_told_and_found(shared_portal: Portal) -> None:
    who = shared_portal.account("ARZT^BERTA", "19570203")
    image = made(
        PatientName="ARZT^BERTA", PatientBirthDate="19570203", ReferringPhysicianName="Kühn^Özlem^^Dr.",
        SpecificCharacterSet="ISO_IR 100",
    )  # fmt: skip
    assert sent(shared_portal, who.token, image).status_code == 200
    for wish in ({"ReferringPhysicianName": "kühn*"}, {"00080090": "KÜHN^özlem^^Dr."}):
        (found,) = search(shared_portal, who, **wish)
        assert found["00080090"]["Value"] == [{"Alphabetic": "Kühn^Özlem^^Dr."}]
    assert search(shared_portal, who, ReferringPhysicianName="Kuhn*") == []


def test_whatever_field_is_wanted_is_included(shared_portal: Portal) -> None:
    who = shared_portal.account("FELD^FRIEDA", "19580203")
    image = made(
        PatientName="FELD^FRIEDA", PatientBirthDate="19580203", InstitutionName="Praxis Süd", SeriesDate="20240511",
        ProtocolName="Thorax", ImageType=["ORIGINAL", "PRIMARY"], PatientAge="066Y", SpecificCharacterSet="ISO_IR 100",
        RedPaletteColorLookupTableData=bytes(20_000),
    )  # fmt: skip
    assert sent(shared_portal, who.token, image).status_code == 200
    plain = search(shared_portal, who)[0]
    assert "00080080" not in plain
    for wish in (
        "InstitutionName",
        "00080080",
        "00080080,00081030",
        "StudyDate,institutionname"[:9] + ",InstitutionName",
    ):
        (found,) = search(shared_portal, who, includefield=wish)
        assert found["00080080"]["Value"] == ["Praxis Süd"]
        assert {tag: found[tag] for tag in plain} == plain
    twice = shared_portal.get("/dicomweb/studies?includefield=00080080&includefield=00080016", who.token).json()[0]
    assert {"00080080", "00080016"} <= set(twice)
    every = [search(shared_portal, who, path, includefield="all")[0] for path in ("/studies", "/series", "/instances")]
    assert [{"00101010", "00181030", "00080008"} & set(each) for each in every] == [
        {"00101010"}, {"00101010", "00181030"}, {"00101010", "00181030", "00080008"}
    ]  # fmt: skip
    assert "00281201" not in search(shared_portal, who, includefield="00281201")[0]  # bulk data are no field of a list


def test_tags_may_be_written_small_and_lists_come_packed_or_as_xml(shared_portal: Portal) -> None:
    who = shared_portal.account("KLEIN^KARLA", "19590203")
    image = made(PatientName="KLEIN^KARLA", PatientBirthDate="19590203", StudyInstanceUID="1.77")
    assert sent(shared_portal, who.token, image).status_code == 200
    assert values(search(shared_portal, who, **{"0020000d": "1.77"}), "0020000D") == ["1.77"]
    assert search(shared_portal, who, **{"0020000d": "1.78"}) == []
    packed = shared_portal.get("/dicomweb/studies", who.token, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert values(packed.json(), "0020000D") == ["1.77"]
    accept = {"Accept": 'multipart/related; type="application/dicom+xml"'}
    xml = shared_portal.get("/dicomweb/studies", who.token, headers=accept)
    assert xml.headers["content-type"].startswith('multipart/related; type="application/dicom+xml"; boundary=')
    assert (
        b'<DicomAttribute tag="0020000D" vr="UI" keyword="StudyInstanceUID"><Value number="1">1.77</Value>'
        in xml.content
    )


def test_nobody_finds_what_is_another_accounts(portal: Portal, three: SignedIn) -> None:
    otto = portal.account("SCHMIDT^OTTO", "19330101")
    for path in ("/studies", "/series", "/instances", "/studies/1.1/series", "/studies/1.1/instances"):
        assert search(portal, otto, path) == []
    assert portal.get("/dicomweb/studies").status_code == 401


@pytest.mark.parametrize("uid", ["..%2f..%2fetc", "1.2.x", "1" * 65, "1..2"])
def test_a_path_that_is_no_uid_is_refused(portal: Portal, anna: SignedIn, uid: str) -> None:
    assert portal.get(f"/dicomweb/studies/{uid}/series", anna.token).status_code in (400, 404)


def test_what_is_asked_for_in_another_form_is_refused(portal: Portal, three: SignedIn) -> None:
    for accepted, status in (("application/dicom+xml", 406), ("application/json", 200), ("text/html, */*;q=0.8", 200)):
        answer = portal.get("/dicomweb/studies", three.token, headers={"Accept": accepted})
        assert answer.status_code == status
