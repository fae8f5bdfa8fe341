from __future__ import annotations

from tests.portal_tools import Portal


def test_an_invited_person_activates_and_is_known(portal: Portal) -> None:
    anna = portal.account()
    said = portal.said(200, portal.get("/api/v1/account", anna.token))
    assert said["user_name"] == anna.user_name
    assert portal.get("/api/v1/account").status_code == 401
    assert portal.get("/openapi.json").status_code == 200
    assert portal.get("/.well-known/patient-portal").json()["local"]
