"""`scanshelf portal staff`: the first administrator comes from the server's own computer."""

from __future__ import annotations

from typing import Any

from tests.end2end.program import scanshelf_here
from tests.portal_tools import Portal


def said(portal: Portal, *words: str) -> Any:
    done = scanshelf_here("portal", "staff", *words, "--data", str(portal.data), "--json")
    assert done.status == 0, done.words
    return done.document


def test_the_first_administrator_is_added_by_command(portal: Portal) -> None:
    made = said(portal, "add", "--name", "Ada Boss", "--role", "administrator", "--role", "reception")
    chosen = {"code": made["activation_code"], "user_name": "ada", "password": "correct horse battery"}
    portal.said(200, portal.post("/api/v1/activation", json=chosen))
    (member,) = said(portal, "list")["members"]
    assert (member["name"], member["user_name"], member["state"]) == ("Ada Boss", "ada", "active")
    assert member["roles"] == ["reception", "administrator"]
    assert said(portal, "block", "--user", "ada")["member"]["state"] == "blocked"
    assert said(portal, "unblock", "--user", "ada")["member"]["state"] == "active"
    said(portal, "add", "--name", "Eva Klein", "--role", "administrator")


def test_the_last_administrator_is_told_apart(portal: Portal) -> None:
    boss = portal.member("administrator", user_name="ada")
    refused = scanshelf_here("portal", "staff", "remove", "--id", boss.account_id, "--data", str(portal.data))
    assert refused.status != 0
    assert "last administrator" in refused.words
