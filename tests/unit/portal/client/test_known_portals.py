"""Which portal is meant, and by whom it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import PortalError
from portal.client.connecting.credentials import MachineToken
from portal.client.known_portals import KnownPortal, KnownPortals, credentials, portal_address
from portal.client.signing_in.signed_in import SignedIn
from portal.client.signing_in.vault import KeptSignIn, Vault

URL, OTHER = "https://portal.example", "https://other.example"


@pytest.fixture
def known(tmp_path: Path) -> KnownPortals:
    return KnownPortals(tmp_path / "settings")


def token_file(folder: Path, text: str = "a-token\n", mode: int = 0o600) -> Path:
    file = folder / "token"
    file.write_text(text)
    file.chmod(mode)
    return file


def header_of(url: str, file: Path | None, vault: Vault, environment: dict[str, str]) -> str:
    return credentials(url, file, vault, environment).header()


def test_the_portal_that_is_named_goes_before_the_environment_and_the_last(known: KnownPortals) -> None:
    with pytest.raises(PortalError) as caught:
        known.address(None, {})
    assert caught.value.code == "no-portal"
    known.note(KnownPortal(URL, "Practice", "anna"))
    environment = {"SCANSHELF_PORTAL": OTHER}
    assert known.address(None, {}) == URL
    assert known.address(None, environment) == OTHER
    assert known.address("http://localhost:8000/", environment) == "http://localhost:8000"


def test_the_last_portal_comes_first_and_nobody_is_signed_in_after_signing_out(known: KnownPortals) -> None:
    known.note(KnownPortal(URL, "Practice", "anna"))
    known.note(KnownPortal(OTHER, None, "bert"))
    known.note(KnownPortal(URL, "Practice", "berta"))
    assert [portal.user_name for portal in known.accounts()] == ["berta", "bert", "anna"]
    known.note_signed_out(URL)
    assert known.last() == KnownPortal(URL, "Practice", None)
    assert [portal.user_name for portal in known.accounts()] == ["bert", "anna"], "whoever else is signed in stays so"


def test_an_account_is_found_by_its_name_or_its_id_and_never_guessed(known: KnownPortals) -> None:
    known.note(KnownPortal(URL, "Practice", "anna", "a1"))
    known.note(KnownPortal(URL, "Practice", "berta", "b1"))
    known.note(KnownPortal(OTHER, None, "anna", "a2"))
    assert (known.user_at(URL), known.user_at(URL, "a1"), known.user_at(URL, "a2")) == ("berta", "anna", None)
    assert known.account_named("berta").url == URL
    assert known.account_named("anna", OTHER).account == "a2"
    for name, code in (("anna", "several-accounts"), ("carla", "account-not-here")):
        with pytest.raises(PortalError) as caught:
            known.account_named(name)
        assert caught.value.code == code


@pytest.mark.parametrize("text", ["", "[]", "{", '{"portals": 3}', '{"portals": [3, {"url": 4}]}', "[" * 99_999])
def test_a_damaged_list_of_portals_knows_none(known: KnownPortals, tmp_path: Path, text: str) -> None:
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "portals.json").write_text(text)
    assert known.all() == []


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("portal.example", "https://portal.example"),
        ("portal.example:8443/", "https://portal.example:8443"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("localhost:8000", "http://localhost:8000"),
        ("https://Portal.Example/x/", "https://portal.example/x"),
    ],
)
def test_an_address_may_be_typed_as_people_type_it(typed: str, meant: str) -> None:
    assert portal_address(typed) == meant


def test_a_token_file_goes_before_the_environment_and_the_vault(tmp_path: Path) -> None:
    vault = Vault.in_memory()
    with pytest.raises(PortalError) as caught:
        credentials(URL, None, vault, {})
    assert caught.value.code == "sign-in-needed"
    vault.keep(URL, KeptSignIn("anna", "r"))
    assert isinstance(credentials(URL, None, vault, {}), SignedIn)
    environment = {"SCANSHELF_TOKEN": "from-the-environment"}
    assert header_of(URL, None, vault, environment) == "Bearer from-the-environment"
    assert header_of(URL, token_file(tmp_path), vault, environment) == "Bearer a-token"
    assert isinstance(credentials(URL, token_file(tmp_path), vault, {}), MachineToken)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610])
def test_a_token_file_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(PortalError) as caught:
        credentials(URL, token_file(tmp_path, mode=mode), Vault.in_memory(), {})
    assert caught.value.code == "token-file-unsafe"


@pytest.mark.parametrize("text", ["", "\n", "two words", "a\nb", "tökén", "a\x00b", "x\r\nEvil: 1"])
def test_what_is_no_token_is_told_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(PortalError) as caught:
        credentials(URL, token_file(tmp_path, text), Vault.in_memory(), {})
    assert caught.value.code == "token-file-absent"


def test_an_absent_token_file_is_told_so(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(PortalError) as caught:
            credentials(URL, path, Vault.in_memory(), {})
        assert caught.value.code == "token-file-absent"


def test_nobody_is_asked_for_where_nobody_is_signed_in(known: KnownPortals) -> None:
    with pytest.raises(PortalError) as caught:
        known.connect(URL, None, Vault.in_memory(), {})
    assert caught.value.code == "sign-in-needed"
