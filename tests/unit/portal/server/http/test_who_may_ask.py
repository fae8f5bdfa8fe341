"""Every route of the portal, and what each kind of caller is answered. A route that is not in the table fails."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import update

from portal.server.base.tables import AccessTokenRow, ShareRow, ShareSessionRow, TokenFamilyRow
from portal.server.base.tokens import token_hash
from portal.server.http.app import make_app
from portal.server.people.machine_tokens import machine_token
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import BOUNDARY, body_of, made, sent
from tests.unit.portal.server.web.browser import WebBrowser

IMAGE = made(SOPInstanceUID="1.2.1")
STUDY, SERIES, INSTANCE = "1.2.3.4", "1.2.3.4.5", "1.2.1"
MULTIPART = {"Content-Type": f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'}
PERSON = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504"}

# Besides: the owner's own browser, on a page of the portal's ("browser") and made to ask by another ("cookie").
CALLERS = ("nobody", "stranger", "owner", "staff", "other share", "no images", "no report", "no download", "download")
_DICOM = "/dicomweb/studies"
_SERIES = _DICOM + "/{study}/series/{series}"
_INSTANCE = _SERIES + "/instances/{instance}"
_VIEW = "/api/v1/view"
_OBJECT = _VIEW + "/studies/{study}/series/{series}/instances/{instance}"

OPEN = "the same for all"
#                                                     nobody       staff  without      without
#                                                         stranger     other   images      download
#                                                             owner        share   report      all
PIXELS = "                                            401 404 200 200 404 404 200 200 200"
FILES = "                                             401 404 200 200 404 404 403 403 200"
LISTS = "                                             401 204 200 200 200 204 200 200 200"
PAPER = "                                             401 404 200 200 404 200 404 200 200"
MINE = "                                              401 404 200 403 403 403 403 403 403"
ANY_ACCOUNT = "                                       401 200 200 403 403 403 403 403 403"
PASSWORD = "                                          401 403 403 403 403 403 403 403 403"  # which is wrong
STAFF = "                                             401 403 403 200 403 403 403 403 403"
TABLE = {
    "GET /openapi.json": OPEN,
    "GET /.well-known/patient-portal": OPEN,
    "GET /.well-known/jwks.json": OPEN,
    "GET /.well-known/oauth-authorization-server": OPEN,
    "GET /s": OPEN,
    "GET /s/": OPEN,
    "GET /s/{token}": OPEN,
    "GET /assets/{path:path}": OPEN,
    "GET /oauth/authorize": OPEN,
    "POST /oauth/authorize": OPEN,
    "GET /oauth/device": OPEN,
    "POST /oauth/device": OPEN,
    "GET /oauth/activate": OPEN,
    "POST /oauth/activate": OPEN,
    "POST /oauth/token": OPEN,
    "POST /oauth/device_authorization": OPEN,
    "POST /oauth/revoke": OPEN,
    "POST /api/v1/activation": OPEN,
    "POST /api/v1/redeem": OPEN,
    "GET /recover": OPEN,
    "POST /recover": OPEN,
    "GET /recover/{token}": OPEN,
    "POST /recover/{token}": OPEN,
    "GET /email/undo/{token}": OPEN,
    "POST /email/undo/{token}": OPEN,
    "GET /email/confirm/{token}": OPEN,
    "POST /email/confirm/{token}": OPEN,
    "POST /api/v1/account/recovery": OPEN,
    "POST /api/v1/account/recovery/{token}": OPEN,
    "GET /notices/{token}": OPEN,
    "POST /notices/{token}": OPEN,
    "GET /": OPEN,
    "GET /my/{place:path}": OPEN,
    "GET /sign-in": OPEN,
    "POST /sign-in": OPEN,
    "POST /sign-out": OPEN,
    "GET /manifest.webmanifest": OPEN,
    "GET /service-worker.js": OPEN,
    "GET /health": OPEN,
    "GET /metrics": OPEN,  # on this computer; `tests/unit/portal/server/watching` says what is elsewhere
    "PATCH /api/v1/account": ANY_ACCOUNT,
    "GET /api/v1/account/notices": ANY_ACCOUNT,
    "PATCH /api/v1/account/notices": ANY_ACCOUNT,
    "GET /api/v1/audit.csv": ANY_ACCOUNT,
    "GET /api/v1/audit/fhir": ANY_ACCOUNT,
    "GET /api/v1/account": ANY_ACCOUNT,
    "POST /api/v1/account/passkeys/begin": PASSWORD,
    "POST /api/v1/account/passkeys": "                401 400 400 403 403 403 403 403 403",
    "POST /api/v1/account/passkeys/ask": "            401 404 404 403 403 403 403 403 403",
    "PATCH /api/v1/account/passkeys/{passkey_id}": "  401 404 404 403 403 403 403 403 403",
    "POST /api/v1/account/passkeys/{passkey_id}/remove": PASSWORD,
    "GET /api/v1/account/second-factor": ANY_ACCOUNT,
    "POST /api/v1/account/second-factor/authenticator": PASSWORD,
    "POST /api/v1/account/second-factor/authenticator/confirm": "401 404 404 403 403 403 403 403 403",
    "POST /api/v1/account/second-factor/authenticator/remove": PASSWORD,
    "POST /api/v1/account/second-factor/recovery-codes": PASSWORD,
    "POST /api/v1/account/practices": "               401 404 404 403 403 403 403 403 403",
    "GET /api/v1/account/tokens": ANY_ACCOUNT,
    "DELETE /api/v1/account/tokens/{token_id}": "     401 404 204 403 403 403 403 403 403",
    "POST /api/v1/staff/invitations": "               401 403 403 201 403 403 403 403 403",
    "PUT /api/v1/staff/exams/{exam}/report": "        401 403 403 200 403 403 403 403 403",
    "POST /api/v1/staff/exams/{exam}/report/complete": STAFF,
    "GET /api/v1/staff/practice": STAFF,
    "PATCH /api/v1/staff/practice": STAFF,
    "GET /api/v1/staff/removals": STAFF,
    "GET /api/v1/staff/unmatched": STAFF,
    "POST /api/v1/staff/unmatched/{study}/assign": "  401 403 403 404 403 403 403 403 403",
    "POST /api/v1/staff/unmatched/{study}/discard": " 401 403 403 404 403 403 403 403 403",
    "POST /api/v1/staff/unmatched/{study}/allow": "   401 403 403 404 403 403 403 403 403",
    "POST /api/v1/staff/hl7": STAFF,
    "GET /api/v1/staff/hl7": STAFF,
    "POST /api/v1/staff/hl7/{report}/attach": "       401 403 403 404 403 403 403 403 403",
    "POST /api/v1/staff/hl7/{report}/discard": "      401 403 403 404 403 403 403 403 403",
    "POST /api/v1/staff/removals/{removal}/allow": "  401 403 403 404 403 403 403 403 403",
    "GET /api/v1/staff/me": "                         401 403 403 403 403 403 403 403 403",
    "GET /api/v1/staff/members": STAFF,
    "POST /api/v1/staff/members": "                   401 403 403 201 403 403 403 403 403",
    "GET /api/v1/staff/members/{member}": STAFF,
    "PATCH /api/v1/staff/members/{member}": STAFF,
    "POST /api/v1/staff/members/{member}/invitation": "401 403 403 201 403 403 403 403 403",
    "POST /api/v1/staff/members/{member}/block": STAFF,
    "POST /api/v1/staff/members/{member}/unblock": STAFF,
    "GET /api/v1/staff/doctors": STAFF,
    "GET /api/v1/staff/doctors/{doctor}": STAFF,
    "POST /api/v1/staff/doctors/{doctor}/assignments": STAFF,
    "POST /api/v1/staff/doctors/{doctor}/assignments/end": STAFF,
    "GET /api/v1/staff/referral-names": STAFF,
    "GET /api/v1/staff/patients": STAFF,
    "GET /api/v1/staff/exams": STAFF,
    "POST /api/v1/staff/exams/{exam}/release": STAFF,
    "GET /api/v1/staff/uploads": STAFF,
    "POST /api/v1/staff/uploads/{question}/answer": " 401 403 403 404 403 403 403 403 403",
    "GET /api/v1/staff/notices": STAFF,
    "POST /api/v1/staff/notices/{notice}/retry": "    401 403 403 404 403 403 403 403 403",
    "POST /api/v1/staff/notices/{notice}/settle": "   401 403 403 404 403 403 403 403 403",
    "GET /api/v1/staff/practice/card": STAFF,
    "PATCH /api/v1/staff/practice/card": STAFF,
    "POST /api/v1/staff/patients": "                  401 403 403 201 403 403 403 403 403",
    "GET /api/v1/staff/patients/{patient}": STAFF,
    "PATCH /api/v1/staff/patients/{patient}": STAFF,
    "POST /api/v1/staff/patients/{patient}/invitation": "401 403 403 409 403 403 403 403 403",
    "GET /api/v1/staff/patients/{patient}/invitation.pdf": "401 403 403 404 403 403 403 403 403",
    "POST /api/v1/staff/accounts/{account}/block": "  401 403 403 404 403 403 403 403 403",
    "POST /api/v1/staff/accounts/{account}/unblock": "401 403 403 404 403 403 403 403 403",
    "POST /api/v1/staff/accounts/{account}/reinstate": "401 403 403 404 403 403 403 403 403",
    "GET /api/v1/exams": "                            401 200 200 200 200 200 200 200 200",
    "GET /api/v1/exams/{exam}": "                     401 404 200 200 404 200 200 200 200",
    "GET /api/v1/exams/{exam}/images.zip": "          401 404 200 200 404 403 403 403 200",
    "GET /api/v1/exams/{exam}/report": "              401 404 200 200 404 403 404 403 200",
    "GET /api/v1/exams/{exam_id}/activity": MINE,
    "GET /api/v1/audit": ANY_ACCOUNT,
    "POST /api/v1/uploads": "                         401 403 200 403 403 403 403 403 403",
    "GET /api/v1/uploads/{upload}": MINE,
    "POST /api/v1/uploads/{upload}/complete": MINE,
    f"POST {_DICOM}": "                               401 409 200 200 403 403 403 403 403",
    f"POST {_DICOM}/{{study}}": "                     401 409 200 200 403 403 403 403 403",
    f"GET {_DICOM}": LISTS,
    "GET /dicomweb/series": LISTS,
    "GET /dicomweb/instances": LISTS,
    f"GET {_DICOM}/{{study}}/series": "               401 204 200 200 204 204 200 200 200",
    f"GET {_DICOM}/{{study}}/instances": "            401 204 200 200 204 204 200 200 200",
    f"GET {_SERIES}/instances": "                     401 204 200 200 204 204 200 200 200",
    f"GET {_DICOM}/{{study}}": FILES,
    f"GET {_DICOM}/{{study}}/metadata": PIXELS,
    f"GET {_DICOM}/{{study}}/rendered": PIXELS,
    f"GET {_DICOM}/{{study}}/thumbnail": PIXELS,
    f"GET {_SERIES}": FILES,
    f"GET {_SERIES}/metadata": PIXELS,
    f"GET {_SERIES}/rendered": PIXELS,
    f"GET {_SERIES}/thumbnail": PIXELS,
    f"GET {_INSTANCE}": FILES,
    f"GET {_INSTANCE}/metadata": PIXELS,
    f"GET {_INSTANCE}/rendered": PIXELS,
    f"GET {_INSTANCE}/thumbnail": PIXELS,
    f"GET {_INSTANCE}/bulkdata/{{steps:path}}": PIXELS,
    f"GET {_INSTANCE}/frames/{{frames}}": PIXELS,
    f"GET {_INSTANCE}/frames/{{frames}}/rendered": PIXELS,
    f"GET {_INSTANCE}/frames/{{frames}}/thumbnail": PIXELS,
    "POST /api/v1/shares": "                          401 404 201 403 403 403 403 403 403",
    "GET /api/v1/shares": ANY_ACCOUNT,
    "GET /api/v1/shares/{share_id}": MINE,
    "PATCH /api/v1/shares/{share_id}": MINE,
    "GET /api/v1/shares/{share_id}/invitation.pdf": MINE,
    "POST /api/v1/shares/{share_id}/unlock": MINE,
    "POST /api/v1/shares/{share_id}/revoke": MINE,
    f"GET {_VIEW}/studies/{{study}}": PIXELS,
    f"GET {_OBJECT}": PIXELS,
    f"GET {_OBJECT}/frames/{{number}}": PIXELS,
    f"GET {_OBJECT}/frames/{{number}}/cover": PIXELS,
    f"GET {_OBJECT}/frames/{{number}}/tables/{{place}}": "401 404 404 404 404 404 404 404 404",
    f"GET {_OBJECT}/thumbnail": PIXELS,
    f"GET {_VIEW}/studies/{{study}}/series/{{series}}/window": PIXELS,
    f"GET {_VIEW}/studies/{{study}}/series/{{series}}/parts": PIXELS,
    f"GET {_VIEW}/exams/{{exam}}/report": PAPER,
    f"GET {_VIEW}/exams/{{exam}}/report/pages/{{number}}": PAPER,
    f"GET {_VIEW}/session": "                         401 401 401 401 200 200 200 200 200",
    f"POST {_VIEW}/close": "                          401 401 401 401 204 204 204 204 204",
    # the sessions are closed now; the first two leave nothing for the others
    "POST /api/v1/account/deletion": "                401 202 202 403 401 401 401 401 401",
    "DELETE /api/v1/staff/accounts/{account}": "      401 403 403 404 401 401 401 401 401",
    "DELETE /api/v1/staff/members/{member}": "        401 403 403 204 401 401 401 401 401",
    "DELETE /api/v1/staff/exams/{exam}/report": "     401 403 403 200 401 401 401 401 401",
    "DELETE /api/v1/staff/exams/{exam}/instances/{instance}": "401 403 403 200 401 401 401 401 401",
    "DELETE /api/v1/staff/exams/{exam}/studies/{study}": "401 403 403 404 401 401 401 401 401",
    "DELETE /api/v1/staff/exams/{exam}": "            401 403 403 404 401 401 401 401 401",
    "DELETE /api/v1/account/tokens": "                401 204 204 403 401 401 401 401 401",
}


_FACTOR = "POST /api/v1/account/second-factor"
_BY_PASSWORD = (f"{_FACTOR}/authenticator", f"{_FACTOR}/authenticator/remove", f"{_FACTOR}/recovery-codes")
_PASSKEYS = "POST /api/v1/account/passkeys"
_BY_PASSWORD += (f"{_FACTOR}/authenticator/confirm", f"{_PASSKEYS}/begin", f"{_PASSKEYS}/{{passkey_id}}/remove")


@dataclass(frozen=True)
class World:
    """Anna has one exam of the practice with its report, and one of her own; everybody asks for the first."""

    portal: Portal
    callers: dict[str, str | None]
    ended: dict[str, str]
    names: dict[str, str]

    def asked(self, route: str, authorization: str | None) -> int:
        """Send the request of a route as somebody; gives the status."""
        method, path = route.split(" ", 1)
        headers, options = _request(self, route)
        if authorization is not None and authorization.startswith("portal_session="):
            headers["Cookie"], _, token = authorization.partition(" ")
            headers |= {"X-Form-Token": token, "Sec-Fetch-Site": "same-origin"} if token else {}
        elif authorization is not None:
            headers["Authorization"] = authorization
        with self.portal.request(
            method, path.replace(":path}", "}").format(**self.names), headers=headers, **options
        ) as answer:
            if answer.status_code >= 400 and path.startswith(("/api", "/dicomweb")):
                assert answer.headers["content-type"] in ("application/problem+json", "application/dicom+json")
            return answer.status_code


def _request(world: World, route: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Give the headers and the body that make sense to a route."""
    if route.startswith(f"POST {_DICOM}"):
        return dict(MULTIPART), {"data": body_of([IMAGE])}
    if route == "POST /api/v1/staff/hl7":
        return {"Content-Type": "application/hl7-v2"}, {"data": b"MSH"}
    if route.startswith("PUT"):
        return {"Content-Type": "application/pdf"}, {"data": report()}
    bodies: dict[str, Any] = {
        "POST /api/v1/uploads": manifest(),
        "POST /api/v1/staff/invitations": {"patient_name": "A^B", "patient_birth_date": "19600101"},
        "POST /api/v1/shares": {"studies": [STUDY]},
        "POST /api/v1/staff/exams/{exam}/report/complete": {},
        "PATCH /api/v1/staff/practice": {},
        "POST /api/v1/staff/unmatched/{study}/assign": {"patient": 1},
        "POST /api/v1/staff/unmatched/{study}/discard": {"reason": "misfiled"},
        "POST /api/v1/staff/hl7/{report}/attach": {"exam_id": "x"},
        "PATCH /api/v1/account": {},
        "POST /api/v1/account/practices": {"code": "nobody's"},
        "PATCH /api/v1/account/notices": {"off": []},
        _PASSKEYS: {"name": "Key", "credential": {}},
        "PATCH /api/v1/account/passkeys/{passkey_id}": {"name": "Key"},
        **{route: {"password": "no", "code": "no"} for route in _BY_PASSWORD},
        "POST /api/v1/staff/members": {"name": "Eva Klein", "roles": ["reception"]},
        "PATCH /api/v1/staff/members/{member}": {},
        "POST /api/v1/staff/patients": {"patient_name": "KURZ^LENA", "patient_birth_date": "19700101"},
        "PATCH /api/v1/staff/patients/{patient}": {},
        "PATCH /api/v1/staff/practice/card": {},
        "POST /api/v1/staff/uploads/{question}/answer": {"theirs": True},
        "POST /api/v1/staff/exams/{exam}/release": {"how": "by-rule"},
        "POST /api/v1/staff/accounts/{account}/block": {},
        "POST /api/v1/staff/doctors/{doctor}/assignments": {"name": "NOBODY^NAMED"},
        "POST /api/v1/staff/doctors/{doctor}/assignments/end": {"name": "NOBODY^NAMED"},
        "PATCH /api/v1/shares/{share_id}": {"expires_at": world.names["until"]},
    }
    if route.endswith("/patients/{patient}/invitation.pdf"):
        return {"Activation-Code": "none"}, {}
    return {"If-Match": "*"} if route.startswith("PATCH") else {}, {"json": bodies.get(route)}


def manifest() -> dict[str, Any]:
    item = {"sop_instance_uid": INSTANCE, "size": len(IMAGE), "sha256": hashlib.sha256(IMAGE).hexdigest()}
    return {"study_instance_uid": STUDY, "person": PERSON, "items": [item]}


def report() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(100, 700, "Nothing to be seen.")
    canvas.save()
    return out.getvalue()


def opened(portal: Portal, anna: SignedIn, study: str = STUDY, **options: bool) -> str:
    """Make a share and open it; gives the session."""
    new = portal.said(201, portal.post("/api/v1/shares", anna.token, json={"studies": [study], **options}))
    return str(portal.said(200, portal.post("/api/v1/redeem", json={"share_code": new["share_code"]}))["session"])


def ended_sessions(portal: Portal, anna: SignedIn) -> dict[str, str]:
    """Give tokens and sessions whose time is over, each for another reason."""
    now = portal.clock()
    with portal.services.database.writing() as session:
        expired = machine_token(session, anna.user_name, 0, now).token
        signed_out = machine_token(session, anna.user_name, 9, now).token
        session.flush()
        family = session.get_one(AccessTokenRow, token_hash(signed_out)).family
        session.execute(update(TokenFamilyRow).where(TokenFamilyRow.id == family).values(ended_at=now))
    sessions = [opened(portal, anna, allow_download=True) for _ in range(3)]
    over, revoked, past = map(token_hash, sessions)
    hour_ago = now - timedelta(hours=1)
    with portal.services.database.writing() as session:
        session.execute(update(ShareSessionRow).where(ShareSessionRow.session_hash == over).values(expires_at=now))
        for hashed, values in ((revoked, {"revoked_at": now}), (past, {"expires_at": hour_ago})):
            share = session.get_one(ShareSessionRow, hashed).share
            session.execute(update(ShareRow).where(ShareRow.id == share).values(**values))
    names = ("session over", "share revoked", "share past its date")
    return {
        "token expired": f"Bearer {expired}",
        "signed out": f"Bearer {signed_out}",
        "no token at all": "Bearer x",
        "account token as a share's": f"Share {anna.token}",
        "session as a token": f"Bearer {sessions[0]}",
        "another scheme": f"Basic {anna.token}",
        **{name: f"Share {secret}" for name, secret in zip(names, sessions, strict=True)},
    }


@pytest.fixture
def world(portal: Portal) -> World:
    return furnished(portal)


def furnished(portal: Portal) -> World:
    anna, karl = portal.account(patient_id="A-1"), portal.account("BERG^KARL", "19480101", "B-2")
    own = made(StudyInstanceUID="9.9", SeriesInstanceUID="9.9.1", StudyDate="20200101")
    assert sent(portal, portal.staff_token, IMAGE).status_code == 200
    assert sent(portal, anna.token, own).status_code == 200
    exam = next(
        each["id"]
        for each in portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
        if each["origin"] == "practice"
    )
    put = portal.request(
        "PUT", f"/api/v1/staff/exams/{exam}/report", portal.staff_token, data=report(),
        headers={"Content-Type": "application/pdf"},
    )  # fmt: skip
    portal.said(200, put)
    upload = portal.said(200, portal.post("/api/v1/uploads", anna.token, json=manifest()))["id"]
    share = portal.said(201, portal.post("/api/v1/shares", anna.token, json={"studies": [STUDY]}))["share"]
    callers = {
        "nobody": None,
        "stranger": f"Bearer {karl.token}",
        "owner": f"Bearer {anna.token}",
        "staff": f"Bearer {portal.staff_token}",
        "other share": f"Share {opened(portal, anna, '9.9', allow_download=True)}",
        "no images": f"Share {opened(portal, anna, include_images=False)}",
        "no report": f"Share {opened(portal, anna, include_report=False)}",
        "no download": f"Share {opened(portal, anna)}",
        "download": f"Share {opened(portal, anna, allow_download=True)}",
        **_browser_of(portal, anna),
    }
    old_token = _old_token(portal, anna)
    names = {
        "study": STUDY, "series": SERIES, "instance": INSTANCE, "exam": exam, "exam_id": exam, "upload": upload,
        "share_id": share["id"], "until": share["expires_at"], "frames": "1", "number": "1", "place": "0",
        "token": "x" * 22, "token_id": old_token, "passkey_id": "x", "removal": "x", "report": "x", "path": "page.css",
        "steps": "7FE00010", "account": "nobody",
        "member": _added(portal, "reception"), "doctor": _added(portal, "doctor"), "patient": "1", "notice": "none",
        "question": "none",
    }  # fmt: skip
    return World(portal, callers, ended_sessions(portal, anna), names)


def _browser_of(portal: Portal, anna: SignedIn) -> dict[str, str]:
    with closing(WebBrowser(portal)) as browser:
        browser.sign_in(anna)
        cookie = f"portal_session={browser.cookie()}"
        return {"browser": f"{cookie} {browser.token()}", "cookie": cookie}


def _added(portal: Portal, role: str) -> str:
    """Invite somebody to the practice's staff."""
    wanted = {"name": "Eva Klein", "roles": [role]}
    made = portal.said(201, portal.post("/api/v1/staff/members", portal.staff_token, json=wanted))
    return str(made["member"]["id"])


def _old_token(portal: Portal, anna: SignedIn) -> str:
    """Make a token that may be ended without ending who asks."""
    with portal.services.database.writing() as session:
        return machine_token(session, anna.user_name, 9, portal.clock()).id


def routes_of(routes: list[Any]) -> Iterator[APIRoute]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes_of(inner.routes)
        else:
            yield route


def test_every_route_is_in_the_table(world: World) -> None:
    found = set()
    for route in routes_of(make_app(world.portal.services).routes):
        found |= {f"{method} {route.path}" for method in (route.methods or set()) - {"HEAD"}}
    assert found == set(TABLE)


def test_each_caller_is_answered_as_the_table_says(world: World) -> None:
    wrong = {}
    for route, said in TABLE.items():
        found = {name: world.asked(route, secret) for name, secret in world.callers.items()}
        if said == OPEN:
            expected = dict.fromkeys(found, found["nobody"])
        else:
            expected = dict(zip(CALLERS, map(int, said.split()), strict=True))
            expected["browser"] = expected["owner"]
            changes, is_shares = not route.startswith("GET"), expected["owner"] == 401
            expected["cookie"] = 403 if changes and not is_shares else expected["owner"]
        if route == "DELETE /api/v1/account/tokens":
            expected["browser"] = 401  # the owner, who came before, ended it
        if found != expected:
            wrong[route] = {name: status for name, status in found.items() if status != expected[name]}
    assert wrong == {}


def test_what_has_ended_is_nobody(world: World) -> None:
    wrong = {}
    for route in TABLE.keys() - {f"POST {_VIEW}/close"}:  # closing what is closed changes nothing
        nobody = world.asked(route, None)
        found = {name: world.asked(route, secret) for name, secret in world.ended.items()}
        if set(found.values()) != {nobody}:
            wrong[route] = found
    assert wrong == {}
