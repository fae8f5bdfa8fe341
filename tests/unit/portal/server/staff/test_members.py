"""Staff members: invited by code, signed in as patients are, blocked, let go; what they do bears their name."""

from __future__ import annotations

from tests.portal_tools import Portal, SignedIn

MEMBERS = "/api/v1/staff/members"
PASSWORD = "correct horse battery"


def listed(portal: Portal, token: str) -> dict[str, tuple[list[str], str]]:
    said = portal.said(200, portal.get(MEMBERS, token))
    return {each["name"]: (each["roles"], each["state"]) for each in said["members"]}


def test_a_member_is_invited_by_code_and_says_who_they_are(portal: Portal) -> None:
    boss = portal.member("administrator", "reception", name="Ada Boss")
    wanted = {"name": "Eva Klein", "roles": ["reports"], "email": "eva@example.org"}
    made = portal.said(201, portal.post(MEMBERS, boss.token, json=wanted))
    assert listed(portal, boss.token) == {
        "Ada Boss": (["reception", "administrator"], "active"),
        "Eva Klein": (["reports"], "invited"),
    }
    letter = portal.letters("staff-activation")[-1]
    assert letter["To"] == "eva@example.org"
    assert made["activation_code"] in letter.as_string().replace("=\n", "")
    chosen = {"code": made["activation_code"], "user_name": "eva", "password": PASSWORD}
    portal.said(200, portal.post("/api/v1/activation", json=chosen))
    assert listed(portal, boss.token)["Eva Klein"] == (["reports"], "active")
    me = portal.said(200, portal.get("/api/v1/staff/me", boss.token))
    assert (me["name"], me["user_name"]) == ("Ada Boss", boss.user_name)


def test_a_new_code_voids_the_old_one(portal: Portal) -> None:
    first = portal.said(201, portal.post(MEMBERS, portal.staff_token, json={"name": "Eva", "roles": ["reception"]}))
    again = f"{MEMBERS}/{first['member']['id']}/invitation"
    second = portal.said(201, portal.post(again, portal.staff_token))
    chosen = {"user_name": "eva", "password": PASSWORD}
    void = portal.post("/api/v1/activation", json={"code": first["activation_code"], **chosen})
    assert portal.said(410, void)["code"] == "code-used"
    portal.said(200, portal.post("/api/v1/activation", json={"code": second["activation_code"], **chosen}))
    assert portal.said(409, portal.post(again, portal.staff_token))["reason"] == "has-account"


def test_no_patient_and_no_member_share_a_user_name(portal: Portal) -> None:
    portal.account(user_name="anna")
    made = portal.said(201, portal.post(MEMBERS, portal.staff_token, json={"name": "Anna", "roles": ["reception"]}))
    chosen = {"code": made["activation_code"], "user_name": "ANNA", "password": PASSWORD}
    assert portal.said(409, portal.post("/api/v1/activation", json=chosen))["field"] == "user_name"


def test_a_members_sign_in_is_no_patients_account(portal: Portal) -> None:
    member = portal.member("reception", "reports", "administrator")
    assert portal.said(403, portal.get("/api/v1/account", member.token))["code"] == "not-allowed"
    assert portal.said(403, portal.get("/api/v1/shares", member.token))["code"] == "not-allowed"


def test_who_is_blocked_is_out_at_once_and_in_again_as_before(portal: Portal) -> None:
    boss, eva = portal.member("administrator", name="Ada Boss"), portal.member("reception")
    one = f"{MEMBERS}/{eva.account_id}"
    assert portal.said(200, portal.post(f"{one}/block", boss.token))["state"] == "blocked"
    portal.said(401, portal.get("/api/v1/staff/me", eva.token))
    assert portal.said(200, portal.post(f"{one}/unblock", boss.token))["state"] == "active"
    portal.said(401, portal.get("/api/v1/staff/me", eva.token))  # what was ended stays ended: she signs in anew


def test_who_has_left_opens_nothing_and_the_name_is_free(portal: Portal) -> None:
    boss, eva = portal.member("administrator"), portal.member("reception", user_name="eva")
    assert portal.request("DELETE", f"{MEMBERS}/{eva.account_id}", boss.token).status_code == 204
    portal.said(401, portal.get("/api/v1/staff/me", eva.token))
    portal.said(404, portal.post(f"{MEMBERS}/{eva.account_id}/unblock", boss.token))
    portal.account(user_name="eva")


def test_the_last_administrator_stays_one(portal: Portal) -> None:
    boss = portal.member("administrator")
    one = f"{MEMBERS}/{boss.account_id}"
    refused = (
        portal.post(f"{one}/block", boss.token),
        portal.request("DELETE", one, boss.token),
        portal.request("PATCH", one, boss.token, json={"roles": ["reception"]}, headers={"If-Match": "*"}),
    )
    assert [portal.said(409, each)["reason"] for each in refused] == ["last-administrator"] * 3
    portal.member("administrator")
    portal.said(200, portal.post(f"{one}/block", boss.token))


def test_two_administrators_do_not_overwrite_each_other(portal: Portal) -> None:
    boss, eva = portal.member("administrator"), portal.member("reception")
    one = f"{MEMBERS}/{eva.account_id}"
    seen = portal.get(one, boss.token).headers["ETag"]
    changed = {"roles": ["reception", "reports"]}
    first = portal.request("PATCH", one, boss.token, json=changed, headers={"If-Match": seen})
    assert portal.said(200, first)["roles"] == ["reception", "reports"]
    late = portal.request("PATCH", one, boss.token, json={"roles": ["reports"]}, headers={"If-Match": seen})
    assert portal.said(412, late)["code"] == "changed-meanwhile"
    portal.said(400, portal.request("PATCH", one, boss.token, json={}))
    # what may be done follows at once, without signing in anew
    portal.said(200, portal.get("/api/v1/staff/removals", eva.token))


def test_a_doctor_has_no_other_role(portal: Portal) -> None:
    wanted = {"name": "Dr. Roth", "roles": ["doctor", "reports"]}
    refused = portal.said(400, portal.post(MEMBERS, portal.staff_token, json=wanted))
    assert refused["fields"] == [{"field": "roles", "reason": "doctor-alone"}]


def made_by(portal: Portal, anna: SignedIn) -> list[tuple[str, str | None]]:
    said = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    return [(each["kind"], each["actor"]) for each in said]


def test_what_a_member_looks_at_bears_their_name_in_the_patients_activity(portal: Portal) -> None:
    from tests.unit.portal.server.dicomweb.senders import made, sent

    anna, eva = portal.account(patient_id="A-1"), portal.member("reports")
    sent(portal, portal.staff_token, made())
    assert portal.get("/dicomweb/studies/1.2.3.4/metadata", eva.token).status_code == 200
    assert ("practice-viewed", "Eva Klein") in made_by(portal, anna)
