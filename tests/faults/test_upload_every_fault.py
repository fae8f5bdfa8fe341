"""What can go wrong between desktop and portal, kind by kind: no false "complete", nothing lost, nothing doubled."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from app.words.messages import Messages
from core.errors import PortalError
from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.upload.targets.portal_target import PortalTarget
from portal.server.base.tables import InstanceRow, SeriesRow, StudyRow
from portal.wire.problems import PROBLEM_PREFIX
from tests.discs.files import ANNA, uid
from tests.faults.fault_proxy import (
    Answer,
    Change,
    Cut,
    CutAnswer,
    Fault,
    FaultProxy,
    LoseAnswer,
    Seen,
    Twice,
    as_xml,
    running_proxy,
    said_stored,
    zipped,
)
from tests.portal_tools import Portal, SignedIn
from tests.upload_tools import put_images, run_upload

COUNT = 3
HTML = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/json"}
PAGE = b"<html><body>Please sign in to the guest network</body></html>"


# -- where a fault strikes --


def stow(seen: Seen) -> bool:
    return seen.is_stow


def manifest(seen: Seen) -> bool:
    return seen.method == "POST" and seen.path.endswith("/uploads")


def complete(seen: Seen) -> bool:
    return seen.path.endswith("/complete")


def keys(seen: Seen) -> bool:
    return seen.path.endswith("jwks.json")


def listing(seen: Seen) -> bool:
    return seen.method == "GET" and "/studies" in seen.path


@dataclass(frozen=True)
class Kind:
    """One kind of fault: what it is, where it strikes, and at which of these requests (from 1; none: at all)."""

    name: str
    where: Callable[[Seen], bool]
    fault: Fault
    at: tuple[int, ...] = ()
    fresh: bool = False  # at a portal whose keys are not known yet
    spoils: bool = False  # what reached the portal are other bytes: nothing is ever replaced there

    def script(self) -> Callable[[Seen], Fault]:
        numbers = count(1)

        def fault(seen: Seen) -> Fault:
            if not self.where(seen):
                return None
            number = next(numbers)
            return self.fault if not self.at or number in self.at else None

        return fault


def answer(edit: Callable[[Any], Any]) -> Change:
    """Change the JSON of an answer."""

    def changed(body: bytes) -> tuple[bytes, dict[str, str]]:
        said = json.loads(body)
        edited = edit(said)
        return json.dumps(said if edited is None else edited).encode(), {}

    return Change(answer=changed)


def given(body: bytes, **headers: str) -> Change:
    """Let the request arrive and give another answer."""
    return Change(answer=lambda _: (body, headers))


def problem(code: str, status: int, **facts: Any) -> Answer:
    body = {"type": PROBLEM_PREFIX + code, "code": code, "status": status, "title": "x", **facts}
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/problem+json"})


def refused(reason: int) -> Change:
    """Say of each instance that it was refused, though it was stored."""

    def changed(body: bytes) -> tuple[bytes, dict[str, str]]:
        said = json.loads(body)
        for item in said.get("00081199", {}).get("Value", []):
            item["00081197"] = {"vr": "US", "Value": [reason]}
        return json.dumps({"00081198": said.get("00081199", {"vr": "SQ", "Value": []})}).encode(), {}

    return Change(answer=changed)


def later(status: int, retry_after: str | None = "0") -> Answer:
    return Answer(status, headers={} if retry_after is None else {"Retry-After": retry_after})


def first_instance(edit: Callable[[dict[str, Any]], None]) -> Change:
    return answer(lambda said: edit(said["instances"][0]))


STOW = [
    Kind("cut before the body", stow, Cut(0), (2,)),
    Kind("cut in the head of the part", stow, Cut(60), (2,)),
    Kind("cut in the data set", stow, Cut(900), (2,)),
    Kind("cut before the last byte", stow, Cut(10**9), (2,)),
    Kind("cut each time", stow, Cut(100)),
    Kind("answer lost", stow, LoseAnswer(), (1, 2)),
    Kind("every answer lost", stow, LoseAnswer()),
    Kind("answer cut at once", stow, CutAnswer(0), (2,)),
    Kind("answer cut in the middle", stow, CutAnswer(25), (1, 2)),
    Kind("arrives twice", stow, Twice()),
    *(Kind(f"status {status}", stow, Answer(status), (2,)) for status in (400, 403, 404, 405, 410, 411, 415, 500, 501)),
    *(Kind(f"status {status}, later", stow, later(status), (2, 3)) for status in (408, 425, 429, 502, 503, 504)),
    Kind("429 for a day", stow, later(429, "86400"), (2,)),
    Kind("429 until a day of the past", stow, later(429, "Wed, 21 Oct 2015 07:28:00 GMT"), (2,)),
    Kind("429 until a day far away", stow, later(429, "Fri, 31 Dec 9999 23:59:59 GMT"), (2,)),
    Kind("429 for less than nothing", stow, later(429, "-5"), (2,)),
    Kind("429 for a word", stow, later(429, "soon"), (2,)),
    Kind("429 for a number without end", stow, later(429, "9" * 400), (2,)),
    Kind("429 without a word", stow, later(429, None), (2,)),
    Kind("too large", stow, Answer(413), (2,)),
    Kind("too large, said at once", stow, Answer(413, early=True), (2,)),
    Kind("sign-in ended", stow, Answer(401), (2, 3, 4, 5)),
    Kind("no room", stow, problem("no-space", 507), (2, 3)),
    Kind("another's images", stow, problem("not-allowed", 403), (2,)),
    Kind("redirect elsewhere", stow, Answer(302, headers={"Location": "https://elsewhere.example/"}), (2,)),
    Kind("redirect for good", stow, Answer(301, headers={"Location": "/"}), (2,)),
    Kind("redirect with the body", stow, Answer(307, headers={"Location": "http://127.0.0.1:9/"}), (2,)),
    Kind("a page of the guest network", stow, Answer(200, PAGE, HTML), (1, 2)),
    Kind("an empty 200", stow, Answer(200), (1, 2)),
    Kind("204", stow, Answer(204), (1, 2)),
    Kind("an empty object", stow, Answer(200, b"{}", JSON), (1, 2)),
    Kind("a list of nothing", stow, Answer(200, b"[]", JSON), (1, 2)),
    Kind("stored another one", stow, Answer(200, said_stored("1.2.3")), (1, 2)),
    Kind("kept, and no word of it", stow, given(b"{}")),
    Kind("kept, and said to be refused", stow, refused(0x0110), (1, 2)),
    Kind("kept, and said to be another's", stow, refused(0x0124), (1, 2)),
    Kind("kept, and said to be a duplicate", stow, refused(0x0111), (1, 2)),
    Kind("kept, and said to be out of resources", stow, refused(0xA700), (1, 2)),
    Kind("answer packed", stow, Change(answer=zipped)),
    Kind("answer in XML", stow, Change(answer=as_xml)),
    Kind("answer in two-byte letters", stow, Change(answer=lambda body: (body.decode().encode("utf-16"), {})), (1, 2)),
    Kind("answer cut in its JSON", stow, Change(answer=lambda body: (body[: len(body) // 2], {})), (1, 2)),
    Kind("answer without end", stow, given(b'{"a":"' + b"x" * (2 << 20) + b'"}'), (1, 2)),
    Kind("answer a thousand deep", stow, given(b"[" * 100_000), (1, 2)),
    Kind("body packed on the way", stow, Change(request=gzip.compress), (2,)),
    Kind("body cut on the way", stow, Change(request=lambda body: body[:-200]), (2,)),
    Kind("body twice on the way", stow, Change(request=lambda body: body + body), (2,)),
    Kind("body empty on the way", stow, Change(request=lambda _: b""), (2,)),
    Kind(
        "a letter changed on the way",
        stow,
        Change(request=lambda body: body.replace(b"Sample series", b"Sampled error")),
        (2,),
        spoils=True,
    ),
]
MANIFEST = [
    *(Kind(f"manifest: {status}", manifest, Answer(status), (1,)) for status in (400, 401, 403, 413, 500, 502, 503)),
    Kind("manifest: answer lost", manifest, LoseAnswer(), (1,)),
    Kind("manifest: cut", manifest, Cut(50), (1,)),
    Kind("manifest: arrives twice", manifest, Twice()),
    Kind("manifest: a page of the guest network", manifest, Answer(200, PAGE, HTML), (1,)),
    Kind("manifest: redirect", manifest, Answer(302, headers={"Location": "/login"}), (1,)),
    Kind("manifest: answer packed", manifest, Change(answer=zipped)),
    Kind("manifest: nothing is missing, a lie", manifest, answer(lambda said: said.update(missing=[]))),
    Kind("manifest: all is other, a lie", manifest, answer(lambda s: s.update(conflicts=s["missing"], missing=[]))),
    Kind("manifest: others are missing", manifest, answer(lambda said: said.update(missing=["1.2.3"]))),
    Kind("manifest: complete already, a lie", manifest, answer(lambda s: s.update(state="complete", missing=[]))),
    Kind("manifest: another study", manifest, answer(lambda said: said.update(study_instance_uid="1.2.3"))),
    Kind("manifest: an id that leads elsewhere", manifest, answer(lambda said: said.update(id="../../exams"))),
    Kind("manifest: an id nobody has", manifest, answer(lambda said: said.update(id="0" * 16))),
    Kind("manifest: a list", manifest, given(b"[]", **JSON)),
    Kind("manifest: other person", manifest, problem("other-person", 403), (1,)),
]
COMPLETE = [
    *(Kind(f"proof: {status}", complete, Answer(status), (1,)) for status in (400, 404, 500, 502, 503)),
    Kind("proof: answer lost", complete, LoseAnswer(), (1,)),
    Kind("proof: every answer lost", complete, LoseAnswer()),
    Kind("proof: cut in the middle", complete, CutAnswer(300), (1,)),
    Kind("proof: arrives twice", complete, Twice()),
    Kind("proof: a page of the guest network", complete, Answer(200, PAGE, HTML)),
    Kind("proof: an empty object", complete, Answer(200, b"{}", JSON)),
    Kind("proof: packed", complete, Change(answer=zipped)),
    Kind("proof: one less", complete, answer(lambda said: said["instances"].pop() and None)),
    Kind("proof: another hash", complete, first_instance(lambda one: one.update(sha256="0" * 64))),
    Kind("proof: no hash at all", complete, first_instance(lambda one: one.update(sha256=""))),
    Kind("proof: another size", complete, first_instance(lambda one: one.update(size=1))),
    Kind("proof: of another study", complete, answer(lambda said: said.update(study_instance_uid="1.2.3"))),
    Kind("proof: of another upload", complete, answer(lambda said: said.update(upload_id="other"))),
    Kind("proof: not signed any more", complete, answer(lambda said: said.update(signature=None))),
    Kind("proof: a signature of nothing", complete, answer(lambda said: said.update(signature="a.b.c"))),
    Kind("proof: signed by nobody", complete, answer(lambda said: said.update(signature=_unsigned(said["signature"])))),
    Kind("proof: its end changed", complete, answer(lambda said: said.update(signature=_bent(said["signature"])))),
    Kind("proof: all is missing, a lie", complete, problem("not-complete", 409, missing=[], missing_count=3)),
    Kind("proof: nothing is missing and yet not all", complete, problem("not-complete", 409)),
    Kind("keys: 500", keys, Answer(500), fresh=True),
    Kind("keys: none", keys, Answer(200, b'{"keys":[]}', JSON), fresh=True),
    Kind("keys: a page of the guest network", keys, Answer(200, PAGE, HTML), fresh=True),
    Kind("keys: of somebody else", keys, answer(lambda s: s["keys"][0].update(x=s["keys"][0]["y"])), fresh=True),
    Kind("list: nothing there, a lie", listing, Answer(204)),
    Kind("list: 500", listing, Answer(500)),
]
KINDS = [*STOW, *MANIFEST, *COMPLETE]
SHORT = {
    "cut in the data set",
    "answer lost",
    "a page of the guest network",
    "429 for a word",
    "a letter changed on the way",
}
SHORT |= {
    "manifest: nothing is missing, a lie",
    "proof: signed by nobody",
    "proof: every answer lost",
    "keys: of somebody else",
}


def _unsigned(jws: str) -> str:
    """Say in the header that nothing is signed ("alg": "none")."""
    return ".".join(("eyJhbGciOiJub25lIn0", jws.split(".")[1], "AA"))


def _bent(jws: str) -> str:
    return jws[:-4] + ("AAAA" if jws[-4:] != "AAAA" else "BBBB")


@dataclass(frozen=True)
class World:
    """A shelf, an account, and the portal seen through a proxy."""

    portal: Portal
    anna: SignedIn
    library: Library
    proxy: FaultProxy
    target: PortalTarget

    def held(self, study: str) -> dict[str, list[str]]:
        """Give what the portal really holds of a study: SOP Instance UID -> hashes, one for each row."""
        asked = select(InstanceRow.sop_instance_uid, InstanceRow.sha256).join(SeriesRow).join(StudyRow)
        found: dict[str, list[str]] = {}
        with self.portal.services.database.reading() as session:
            for name, sha256 in session.execute(asked.where(StudyRow.study_instance_uid == study)):
                found.setdefault(name, []).append(sha256)
        return found

    def studies(self, study: str) -> int:
        """Count what the portal keeps as a study of this UID."""
        asked = select(func.count()).select_from(StudyRow).where(StudyRow.study_instance_uid == study)
        with self.portal.services.database.reading() as session:
            return session.scalar(asked) or 0

    def send(self, study: str) -> tuple[str, str | None]:
        """Send it; gives how that ended, and with which trouble. Every trouble has words with a next step."""
        try:
            return run_upload(
                self.library, self.target, kind="portal", study=study, person_confirmed="they are mine"
            ).state, None
        except PortalError as trouble:
            (row,) = [one for one in self.library.uploads() if one.study_instance_uid == study]
            return row.state, trouble.code


@pytest.fixture(scope="module")
def world(shared_portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    anna = shared_portal.account(ANNA.patient_name, ANNA.patient_birth_date, user_name="every-fault")
    with (
        Library.open(tmp_path_factory.mktemp("faults") / "shelf") as library,
        running_proxy(shared_portal.url) as proxy,
        closing(PortalTarget(Connection(proxy.url, MachineToken(anna.token)))) as target,
    ):
        made = World(shared_portal, anna, library, proxy, target)
        put_images(library, [1], study="warm-up")
        assert made.send(uid(f"{ANNA.patient_id}/warm-up")) == ("complete", None)
        yield made


@pytest.fixture
def faulty(world: World) -> Iterator[World]:
    """Give the world, and let no connection keep a thread of the proxy afterwards."""
    yield world
    world.target.close()
    world.proxy.hang_up()


def test_there_are_sixty_kinds_and_no_two_of_one_name() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 60
    assert {kind.name for kind in KINDS} >= SHORT


@pytest.mark.parametrize(
    "kind", [pytest.param(k, id=k.name, marks=[] if k.name in SHORT else [pytest.mark.long]) for k in KINDS]
)
def test_no_fault_makes_a_false_complete_nor_loses_or_doubles_anything(
    faulty: World, shared_portal: Portal, kind: Kind
) -> None:
    world, library, name = faulty, faulty.library, hashlib.sha256(kind.name.encode()).hexdigest()[:8]
    put_images(library, range(1, COUNT + 1), study=name)
    study = uid(f"{ANNA.patient_id}/{name}")
    ours = {str(row.sop_instance_uid): [row.sha256] for row in library.instances() if row.study_instance_uid == study}
    if kind.fresh:
        library.forget_portal_keys(world.target.url)
    world.proxy.script = kind.script()
    state, trouble = world.send(study)
    assert trouble is None or Messages().for_code(trouble).do, "no word of what to do next"
    held = world.held(study)
    assert state != "complete" or held == ours, "a false complete"
    assert (library.study(study).uploaded == "complete") == (state == "complete")
    assert all(len(hashes) == 1 for hashes in held.values()), "doubled"
    world.proxy.script = lambda _: None
    state, trouble = world.send(study)
    assert (state, trouble) == ("partial" if kind.spoils else "complete", None)
    assert {name: world.held(study)[name] for name in ours} == ours or kind.spoils, "lost"
    assert world.studies(study) == 1, "doubled"
    assert library.study(study).instances == COUNT
