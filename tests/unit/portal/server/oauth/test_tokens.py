"""Tokens: codes work once, refresh tokens are replaced, a copy ends them all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from portal.server.base.database import Database
from portal.server.base.tables import RefreshTokenRow
from portal.server.base.tokens import token_hash
from portal.server.oauth.token_families import TokenAnswer, refresh
from portal.wire.addresses import CLIENT_ID
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.oauth.desktop import CALLBACK, Desktop

pytestmark = pytest.mark.on_postgres


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    """Somebody with an account."""
    return portal.account()


def opens(portal: Portal, token: str) -> bool:
    """Say whether a token opens the account."""
    return portal.get("/api/v1/account", token).status_code == 200


def test_the_metadata_says_where_everything_is(portal: Portal) -> None:
    said = portal.said(200, portal.get("/.well-known/oauth-authorization-server"))
    assert said["issuer"] == portal.url
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["token_endpoint_auth_methods_supported"] == ["none"]


def test_a_code_brought_twice_ends_what_the_first_one_got(portal: Portal, desktop: Desktop, anna: SignedIn) -> None:
    code = desktop.sign_in(anna.user_name, anna.password)
    tokens = portal.said(200, desktop.exchange(code))
    assert opens(portal, tokens["access_token"])
    assert portal.said(400, desktop.exchange(code))["error"] == "invalid_grant"
    assert not opens(portal, tokens["access_token"])
    assert desktop.refresh(tokens["refresh_token"]).status_code == 400


def test_a_code_ends_after_a_minute(portal: Portal, desktop: Desktop, anna: SignedIn) -> None:
    code = desktop.sign_in(anna.user_name, anna.password)
    portal.clock.forward(seconds=61)
    assert portal.said(400, desktop.exchange(code))["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": "short"},
        {"redirect_uri": CALLBACK.replace("45678", "45679")},
    ],
)
def test_a_stolen_code_is_worthless_and_burnt(
    portal: Portal, desktop: Desktop, anna: SignedIn, changed: dict[str, str]
) -> None:
    code = desktop.sign_in(anna.user_name, anna.password)
    assert portal.said(400, desktop.exchange(code, **changed))["error"] == "invalid_grant"
    assert portal.said(400, desktop.exchange(code))["error"] == "invalid_grant"


def test_a_challenge_in_place_of_the_verifier_does_not_do(portal: Portal, desktop: Desktop, anna: SignedIn) -> None:
    code = desktop.sign_in(anna.user_name, anna.password)
    assert desktop.exchange(code, code_verifier=desktop.query()["code_challenge"]).status_code == 400


def test_access_ends_after_a_quarter_of_an_hour_and_is_refreshed(
    portal: Portal, desktop: Desktop, anna: SignedIn
) -> None:
    first = desktop.tokens(anna.user_name, anna.password)
    portal.clock.forward(minutes=15, seconds=1)
    assert not opens(portal, first["access_token"])
    second = portal.said(200, desktop.refresh(first["refresh_token"]))
    assert opens(portal, second["access_token"])
    assert second["refresh_token"] != first["refresh_token"]


def test_a_refresh_token_used_twice_ends_the_whole_sign_in(portal: Portal, desktop: Desktop, anna: SignedIn) -> None:
    first = desktop.tokens(anna.user_name, anna.password)
    second = portal.said(200, desktop.refresh(first["refresh_token"]))
    portal.clock.forward(seconds=31)
    assert portal.said(400, desktop.refresh(first["refresh_token"]))["error"] == "invalid_grant"
    assert not opens(portal, second["access_token"])
    assert desktop.refresh(second["refresh_token"]).status_code == 400
    assert opens(portal, anna.token)


def test_of_ten_who_bring_one_code_at_once_exactly_one_gets_tokens(
    portal: Portal, desktop: Desktop, anna: SignedIn
) -> None:
    code = desktop.sign_in(anna.user_name, anna.password)
    with ThreadPoolExecutor(10) as crowd:
        codes = list(crowd.map(lambda _: desktop.exchange(code).status_code, range(10)))
    assert sorted(codes) == [200] + [400] * 9


def test_an_answer_that_was_lost_is_given_once_more_for_half_a_minute(
    portal: Portal, desktop: Desktop, anna: SignedIn
) -> None:
    first = desktop.tokens(anna.user_name, anna.password)
    lost = portal.said(200, desktop.refresh(first["refresh_token"]))
    portal.clock.forward(seconds=15)
    again = portal.said(200, desktop.refresh(first["refresh_token"]))
    assert opens(portal, again["access_token"])
    assert not opens(portal, lost["access_token"]), "nobody has it, or somebody who should not"
    third = portal.said(200, desktop.refresh(again["refresh_token"]))
    assert opens(portal, third["access_token"])


def test_whoever_has_the_answer_that_seemed_lost_ends_the_sign_in_by_using_it(
    portal: Portal, desktop: Desktop, anna: SignedIn
) -> None:
    first = desktop.tokens(anna.user_name, anna.password)
    copied = portal.said(200, desktop.refresh(first["refresh_token"]))
    own = portal.said(200, desktop.refresh(first["refresh_token"]))
    assert desktop.refresh(copied["refresh_token"]).status_code == 400
    assert not opens(portal, own["access_token"])
    assert desktop.refresh(own["refresh_token"]).status_code == 400


def test_once_its_answer_was_used_a_refresh_token_is_a_copy_at_once(
    portal: Portal, desktop: Desktop, anna: SignedIn
) -> None:
    first = desktop.tokens(anna.user_name, anna.password)
    second = portal.said(200, desktop.refresh(first["refresh_token"]))
    third = portal.said(200, desktop.refresh(second["refresh_token"]))
    assert desktop.refresh(first["refresh_token"]).status_code == 400
    assert not opens(portal, third["access_token"])


def test_of_many_who_bring_one_refresh_token_at_once_to_two_servers_one_goes_on(
    portal: Portal, desktop: Desktop, anna: SignedIn
) -> None:
    token = desktop.tokens(anna.user_name, anna.password)["refresh_token"]
    with closing(Database(portal.services.database.url)) as other:

        def bring(number: int) -> str | None:
            with (portal.services.database, other)[number % 2].writing() as session:
                answer = refresh(session, token, CLIENT_ID, portal.clock())
                return answer.refresh_token if isinstance(answer, TokenAnswer) else None

        with ThreadPoolExecutor(8) as crowd:
            given = list(crowd.map(bring, range(8)))
    assert None not in given
    with portal.services.database.reading() as session:
        kept = [session.get_one(RefreshTokenRow, token_hash(each)) for each in given if each]
        alive = [row for row in kept if row.used_at is None]
    assert len(alive) == 1


def test_refresh_ends_after_ninety_days(portal: Portal, desktop: Desktop, anna: SignedIn) -> None:
    first = desktop.tokens(anna.user_name, anna.password)
    portal.clock.forward(days=90, seconds=1)
    assert desktop.refresh(first["refresh_token"]).status_code == 400


def test_refreshing_is_no_sign_in(portal: Portal, desktop: Desktop, anna: SignedIn) -> None:
    first = desktop.tokens(anna.user_name, anna.password)
    before = portal.get("/api/v1/account", anna.token).json()["last_sign_in_at"]
    portal.clock.forward(days=3)
    portal.said(200, desktop.refresh(first["refresh_token"]))
    assert portal.get("/api/v1/account", anna.token).json()["last_sign_in_at"] == before


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_the_sign_in(portal: Portal, desktop: Desktop, anna: SignedIn, which: str) -> None:
    tokens = desktop.tokens(anna.user_name, anna.password)
    form = {"token": tokens[which], "client_id": CLIENT_ID}
    assert portal.post("/oauth/revoke", data=form).status_code == 200
    assert not opens(portal, tokens["access_token"])
    assert desktop.refresh(tokens["refresh_token"]).status_code == 400
    assert portal.post("/oauth/revoke", data={**form, "token": "unknown"}).status_code == 200


def test_what_is_asked_wrongly_is_answered_in_oauths_words(portal: Portal) -> None:
    def ask(**form: str) -> str:
        response = portal.post("/oauth/token", data=form)
        assert response.headers["cache-control"] == "no-store"
        return str(response.json()["error"])

    assert ask(client_id=CLIENT_ID) == "invalid_request"
    assert ask(client_id="x", grant_type="refresh_token") == "invalid_client"
    assert ask(client_id=CLIENT_ID, grant_type="password") == "unsupported_grant_type"
    assert ask(client_id=CLIENT_ID, grant_type="refresh_token", refresh_token="é\x7f 中") == "invalid_grant"


@pytest.mark.parametrize("endpoint", ["token", "revoke", "device_authorization"])
def test_whatever_is_wrong_with_a_request_is_told_as_oauth_tells_it(portal: Portal, endpoint: str) -> None:
    path, form = f"/oauth/{endpoint}", "application/x-www-form-urlencoded"
    twice = f"client_id={CLIENT_ID}&client_id={CLIENT_ID}"
    for status, options in (
        (400, {"json": {"client_id": CLIENT_ID}}),
        (400, {"data": twice, "headers": {"Content-Type": form}}),
        (400, {"data": f"client_id={CLIENT_ID}&token=%00", "headers": {"Content-Type": form}}),
        (400, {"data": b"\xff\xfe", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}),
        (400, {"data": ""}),
        (413, {"data": b"x" * (2 << 20), "headers": {"Content-Type": form}}),
    ):
        answer = portal.post(path, **options)
        assert (answer.status_code, answer.json()["error"]) == (status, "invalid_request")
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["error_description"]
    for method in ("GET", "PUT"):
        answer = portal.request(method, path)
        assert (answer.status_code, answer.json()["error"]) == (405, "invalid_request")
        assert answer.headers["allow"] == "POST, OPTIONS"


def test_too_many_devices_are_told_in_oauths_words_when_to_come_back(portal: Portal) -> None:
    answers = [portal.post("/oauth/device_authorization", data={"client_id": CLIENT_ID}) for _ in range(61)]
    assert (answers[-1].status_code, answers[-1].json()["error"]) == (429, "temporarily_unavailable")
    assert int(answers[-1].headers["retry-after"]) > 0


def test_a_client_that_signs_itself_in_by_a_header_is_answered_by_one(portal: Portal) -> None:
    form = {"client_id": "somebody", "grant_type": "refresh_token"}
    refused = portal.post("/oauth/token", data=form, headers={"Authorization": "Basic c29tZWJvZHk6eA=="})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.headers["www-authenticate"].startswith("Basic ")
    assert "www-authenticate" not in portal.post("/oauth/token", data=form).headers


def test_a_token_that_is_not_good_is_named_as_that_and_none_as_none(portal: Portal, anna: SignedIn) -> None:
    def challenge(authorization: str | None) -> str:
        headers = {} if authorization is None else {"Authorization": authorization}
        answer = portal.get("/dicomweb/studies", headers=headers)
        assert answer.status_code == 401
        return str(answer.headers["www-authenticate"])

    for nothing in (None, "Basic YTpi", "Bearer", "Bearer "):
        assert challenge(nothing).startswith("Bearer realm=")
        assert "error=" not in challenge(nothing)
    for scheme in ("Bearer", "bearer", "Share"):
        said = challenge(f"{scheme} x")
        assert said.lower().startswith(scheme.lower() + " realm=")
        assert 'error="invalid_token"' in said
    portal.clock.forward(days=5000)
    assert 'error="invalid_token"' in challenge(f"Bearer {anna.token}")


def test_no_token_and_no_code_is_kept_as_it_is(portal: Portal, desktop: Desktop, anna: SignedIn) -> None:
    code = desktop.sign_in(anna.user_name, anna.password)
    tokens = portal.said(200, desktop.exchange(code))
    kept = b"".join(file.read_bytes() for file in portal.data.glob("portal.db*"))
    for secret in (code, tokens["access_token"], tokens["refresh_token"], anna.token, anna.password):
        assert secret.encode() not in kept
