"""Sign in at the real portal: by its pages, kept in the vault, renewed by several at once, ended at both ends."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from core.errors import Cancelled, PortalError
from core.job import QuietJob
from portal.client.account import Portal as Account
from portal.client.connecting.connection import Connection
from portal.client.signing_in.device import DeviceCode, device_sign_in
from portal.client.signing_in.secrets import FileSecrets
from portal.client.signing_in.sign_in import sign_in
from portal.client.signing_in.signed_in import SignedIn
from portal.client.signing_in.vault import KeptSignIn, Vault
from tests.portal_tools import Portal
from tests.unit.portal.client.hands import Gestures, approve_device, signing_in
from tests.unit.portal.client.strange_server import Asked, answer, strange_server

PASSWORD = "correct horse battery"


def file_vault(folder: Path) -> Vault:
    return Vault(FileSecrets(folder / "kept.json"), "file", folder / "kept.lock")


def signed_in_account(portal: Portal, vault: Vault) -> SignedIn:
    person = portal.account()
    hands = signing_in(person.user_name, person.password)
    signed = sign_in(portal.url, hands.open, QuietJob(), vault=vault)
    hands.rest()
    return signed


def whoami(url: str, signed: SignedIn) -> str:
    with Connection(url, signed) as connection:
        return Account(connection).whoami().user_name


def test_a_person_signs_in_on_the_portals_page_and_stays_signed_in(portal: Portal, tmp_path: Path) -> None:
    person = portal.account()
    hands = signing_in(person.user_name, person.password)
    signed = sign_in(portal.url, hands.open, QuietJob(), vault=file_vault(tmp_path))
    hands.rest()
    assert whoami(portal.url, signed) == person.user_name
    assert "You are signed in." in hands.page
    assert "go back to Scanshelf" in hands.page
    again = SignedIn(portal.url, file_vault(tmp_path))
    assert whoami(portal.url, again) == person.user_name
    assert person.password not in (tmp_path / "kept.json").read_text()


def test_a4_an_activation_code_opens_the_page_that_makes_the_account_and_ends_signed_in(
    portal: Portal, tmp_path: Path
) -> None:
    invitation = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504"}
    invited = portal.said(201, portal.post("/api/v1/staff/invitations", json=invitation, token=portal.staff_token))
    code = invited["activation_code"]
    typed = {"user_name": "anna.m", "password": PASSWORD, "password_again": PASSWORD, "activation_code": code}
    hands = Gestures(action="activate", **typed)
    signed = sign_in(portal.url, hands.open, QuietJob(), code, vault=file_vault(tmp_path))
    hands.rest()
    assert f"activation_code={code}" in hands.address
    assert whoami(portal.url, signed) == "anna.m"


def test_a_person_who_changes_their_mind_is_not_signed_in(portal: Portal, tmp_path: Path) -> None:
    hands, vault = Gestures(action="cancel"), file_vault(tmp_path)
    with pytest.raises(PortalError) as caught:
        sign_in(portal.url, hands.open, QuietJob(), vault=vault)
    hands.rest()
    assert (caught.value.code, caught.value.facts["reason"]) == ("sign-in-refused", "access_denied")
    assert "You are not signed in." in hands.page
    assert vault.read(portal.url) is None


def test_where_no_browser_opens_the_address_can_still_be_typed(portal: Portal, tmp_path: Path) -> None:
    person = portal.account()
    hands = signing_in(person.user_name, person.password)

    def show(address: str) -> bool:
        hands.open(address)  # the person types it into some browser of this computer
        return False

    assert sign_in(portal.url, show, QuietJob(), vault=file_vault(tmp_path)).header()
    hands.rest()


def test_nobody_signing_in_ends_the_waiting_and_so_does_stopping(portal: Portal, tmp_path: Path) -> None:
    with pytest.raises(PortalError) as caught:
        sign_in(portal.url, lambda _: True, QuietJob(), vault=file_vault(tmp_path), seconds=0.3)
    assert caught.value.code == "sign-in-timeout"
    job = QuietJob()

    def stop(_: str) -> bool:
        job.stop()
        return True

    began = time.monotonic()
    with pytest.raises(Cancelled):
        sign_in(portal.url, stop, job, vault=file_vault(tmp_path))
    assert time.monotonic() - began < 60  # and not the ten minutes a person has


def test_the_address_asks_for_a_code_with_a_challenge_of_its_own_each_time(portal: Portal, tmp_path: Path) -> None:
    addresses: list[str] = []
    for _ in range(2):
        with pytest.raises(PortalError):
            sign_in(portal.url, lambda a: bool(addresses.append(a)), QuietJob(), vault=file_vault(tmp_path), seconds=0)
    assert all("code_challenge_method=S256" in address for address in addresses)
    for name in ("state", "code_challenge", "redirect_uri"):
        first, second = ({part.split("=")[0]: part for part in a.split("?")[1].split("&")}[name] for a in addresses)
        assert first != second


@pytest.mark.parametrize("endpoint", ["https://elsewhere.example/token", "file:///etc/passwd", "", "javascript:1"])
def test_secrets_go_to_no_other_server_than_the_portal(tmp_path: Path, endpoint: str) -> None:
    def say(asked: Asked) -> list[bytes]:
        metadata = {"issuer": "x", "authorization_endpoint": endpoint, "token_endpoint": endpoint}
        return answer(json.dumps(metadata).encode())

    opened: list[str] = []
    with strange_server(say) as server, pytest.raises(PortalError) as caught:
        sign_in(server.url, lambda a: bool(opened.append(a)), QuietJob(), vault=file_vault(tmp_path))
    assert caught.value.code in {"portal-answer", "not-a-portal"}
    assert opened == []


def test_the_answer_of_another_portal_is_not_taken(tmp_path: Path) -> None:
    """RFC 9207: what a portal answers says which portal it is."""
    tokens: list[Asked] = []

    def say(asked: Asked) -> list[bytes]:
        if "/token" in asked.first_line:
            tokens.append(asked)
        url = f"http://{asked.headers['host']}"
        metadata = {"issuer": url, "authorization_endpoint": f"{url}/authorize", "token_endpoint": f"{url}/token"}
        return answer(json.dumps(metadata | {"authorization_response_iss_parameter_supported": True}).encode())

    def answer_as_another(address: str) -> bool:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        back = f"{asked['redirect_uri']}?code=c&state={asked['state']}&iss=https%3A%2F%2Felsewhere.example"
        threads.append(threading.Thread(target=requests.get, args=(back,), kwargs={"timeout": 20}))
        threads[-1].start()
        return True

    threads: list[threading.Thread] = []
    with strange_server(say) as server, pytest.raises(PortalError) as caught:
        sign_in(server.url, answer_as_another, QuietJob(), vault=file_vault(tmp_path))
    threads[0].join()
    assert (caught.value.code, caught.value.facts["reason"], tokens) == ("sign-in-refused", "issuer", [])


def test_what_is_no_portal_is_told_so(tmp_path: Path) -> None:
    with strange_server(lambda _: answer(b"<html>", "404 Not Found", "text/html")) as server:
        with pytest.raises(PortalError) as caught:
            sign_in(server.url, lambda _: True, QuietJob(), vault=file_vault(tmp_path))
        assert caught.value.code == "not-a-portal"


def test_a_token_that_has_ended_is_renewed_without_a_word(portal: Portal, tmp_path: Path) -> None:
    signed = signed_in_account(portal, file_vault(tmp_path))
    first = signed.header()
    portal.clock.forward(hours=1)
    with Connection(portal.url, signed) as connection:
        Account(connection).whoami()
    assert signed.header() != first


def test_threads_that_renew_at_once_do_not_end_the_sign_in(portal: Portal, tmp_path: Path) -> None:
    signed = signed_in_account(portal, file_vault(tmp_path))
    others = [SignedIn(portal.url, file_vault(tmp_path)) for _ in range(3)]
    names: list[str] = []
    for _ in range(3):
        portal.clock.forward(hours=1)
        threads = [
            threading.Thread(target=lambda each: names.append(whoami(portal.url, each)), args=(each,))
            for each in [signed, signed, *others]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(names) == 15
    assert len(set(names)) == 1


def renew_often(url: str, folder: str, times: int) -> None:
    """Run in a process of its own."""
    signed = SignedIn(url, file_vault(Path(folder)))
    for _ in range(times):
        assert signed.refresh()


@pytest.mark.long
def test_processes_that_share_a_keyring_do_not_end_the_sign_in(portal: Portal, tmp_path: Path) -> None:
    signed = signed_in_account(portal, file_vault(tmp_path))
    spawning = multiprocessing.get_context("spawn")
    processes = [spawning.Process(target=renew_often, args=(portal.url, str(tmp_path), 10)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert signed.refresh()
    assert whoami(portal.url, signed) == "user1"


def test_who_signs_in_as_somebody_else_takes_nothing_over_and_both_go_on_each_with_an_entry_of_its_own(
    portal: Portal, tmp_path: Path
) -> None:
    vault = file_vault(tmp_path)
    first = signed_in_account(portal, vault)
    name = whoami(portal.url, first)
    second = signed_in_account(portal, vault)
    other = whoami(portal.url, second)
    assert name != other
    portal.clock.forward(minutes=16)
    assert (whoami(portal.url, first), whoami(portal.url, second)) == (name, other)
    again = [SignedIn(portal.url, file_vault(tmp_path), user_name=who) for who in (name, other)]
    assert [whoami(portal.url, one) for one in again] == [name, other]
    assert first.sign_out()
    assert whoami(portal.url, SignedIn(portal.url, file_vault(tmp_path), user_name=other)) == other
    with pytest.raises(PortalError) as caught:
        SignedIn(portal.url, file_vault(tmp_path), user_name=name).header()
    assert caught.value.code == "sign-in-needed"


def test_a_sign_in_the_portal_ended_is_forgotten_and_told(portal: Portal, tmp_path: Path) -> None:
    vault = file_vault(tmp_path)
    signed = signed_in_account(portal, vault)
    portal.clock.forward(days=91)
    with pytest.raises(PortalError) as caught:
        whoami(portal.url, signed)
    assert caught.value.code == "sign-in-needed"
    assert vault.read(portal.url) is None
    with pytest.raises(PortalError) as again:
        SignedIn(portal.url, vault).header()
    assert again.value.code == "sign-in-needed"


def test_signing_out_ends_it_at_the_portal_too(portal: Portal, tmp_path: Path) -> None:
    vault = file_vault(tmp_path)
    signed = signed_in_account(portal, vault)
    before = signed.header().removeprefix("Bearer ")
    assert portal.get("/api/v1/account", token=before).status_code == 200
    assert signed.sign_out()
    assert vault.read(portal.url) is None
    assert portal.get("/api/v1/account", token=before).status_code == 401


def test_signing_out_ends_it_at_the_portal_also_where_the_keyring_does_not_let_go(
    portal: Portal, tmp_path: Path
) -> None:
    class Stubborn(FileSecrets):
        def drop(self, name: str) -> None:
            raise PortalError("keyring-refused")

    signed = signed_in_account(portal, Vault(Stubborn(tmp_path / "kept.json"), "file", tmp_path / "lock"))
    before = signed.header().removeprefix("Bearer ")
    with pytest.raises(PortalError) as caught:
        signed.sign_out()
    assert caught.value.code == "keyring-refused"
    assert portal.get("/api/v1/account", token=before).status_code == 401


def test_signing_out_works_here_also_where_the_portal_is_away(portal: Portal, tmp_path: Path) -> None:
    vault = file_vault(tmp_path)
    kept = vault.read(portal.url)
    signed_in_account(portal, vault)
    kept = vault.read(portal.url)
    assert kept is not None
    with strange_server(lambda _: answer(b"")) as server:
        gone = server.url
    vault.keep(gone, kept)
    assert not SignedIn(gone, vault).sign_out()
    assert vault.read(gone) is None


def test_no_network_does_not_end_a_sign_in(tmp_path: Path) -> None:
    vault = file_vault(tmp_path)
    with strange_server(lambda _: answer(b"", "503 Away")) as server:
        vault.keep(server.url, KeptSignIn("anna", "r"))
        with pytest.raises(PortalError) as caught:
            SignedIn(server.url, vault).header()
        assert caught.value.code == "portal-unavailable"
    with pytest.raises(PortalError) as caught:
        SignedIn(server.url, vault).header()
    assert caught.value.code == "portal-unreachable"
    assert vault.read(server.url) is not None


def test_a_device_without_a_browser_is_let_in_by_a_code(portal: Portal, tmp_path: Path) -> None:
    person = portal.account()
    answers: list[int] = []

    def show(code: DeviceCode) -> None:
        post = approve_device(code.user_code, person.user_name, person.password)
        answers.append(post(code.verification_uri).status_code)

    vault = file_vault(tmp_path)
    signed = device_sign_in(portal.url, show, QuietJob(), vault=vault)
    assert answers == [200]
    assert whoami(portal.url, signed) == person.user_name
    assert vault.read(portal.url) is not None


@pytest.mark.long
def test_a_device_that_is_sent_away_stays_out_and_stopping_is_heard(portal: Portal, tmp_path: Path) -> None:
    def deny(code: DeviceCode) -> None:
        approve_device(code.user_code, "", "", action="deny")(code.verification_uri)

    with pytest.raises(PortalError) as caught:
        device_sign_in(portal.url, deny, QuietJob(), vault=file_vault(tmp_path))
    assert caught.value.code == "sign-in-refused"
    job = QuietJob()
    with pytest.raises(Cancelled):
        device_sign_in(portal.url, lambda _: job.stop(), job, vault=file_vault(tmp_path))
