"""One server is asked: what it answers is believed only where it fits, and nothing goes where it should not."""

from __future__ import annotations

import io
import itertools
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.words.messages import Messages
from core.errors import PortalError
from portal.client.connecting.connection import Connection, Patience, base_url
from portal.client.connecting.credentials import MachineToken
from portal.wire.exams import ExamPage, Report
from portal.wire.well_known import WellKnown
from tests.unit.portal.client.strange_server import Asked, answer, strange_server

HELD = json.dumps({"state": "held", "size": 3, "something_new": 1}).encode()


class Renewing:
    """Credentials of which only the second is good."""

    def __init__(self) -> None:
        self.number = 1

    def header(self) -> str:
        return f"Bearer {self.number}"

    def refresh(self) -> bool:
        self.number += 1
        return True


def code_of(url: str, kind: type = Report, patience: Patience | None = None) -> PortalError:
    with Connection(url, patience=patience) as connection, pytest.raises(PortalError) as caught:
        connection.ask(kind, "GET", "/x")
    return caught.value


def test_an_answer_that_fits_is_read_and_what_is_new_in_it_left_out() -> None:
    with strange_server(lambda _: answer(HELD)) as server, Connection(server.url) as connection:
        assert connection.ask(Report, "GET", "/x") == Report("held", size=3)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b'{"state": 3}',
        b'{"state": "held", "size": "3"}',
        b'{"state": "held", "size": true}',
        b'{"size": 3}',
        b'{"state": {"x": 1}}',
        b"[" * 100_000,
        b'{"state": "\xff"}',
        b'{"state": NaN}',
    ],
)
def test_an_answer_that_does_not_fit_is_told_so(said: bytes) -> None:
    with strange_server(lambda _: answer(said)) as server:
        assert code_of(server.url).code == "portal-answer"


@pytest.mark.parametrize("said", [b'{"exams": [{"id": 1}]}', b'{"exams": {"0": 1}}', b'{"exams": [null]}'])
def test_a_list_of_something_else_does_not_fit(said: bytes) -> None:
    with strange_server(lambda _: answer(said)) as server:
        assert code_of(server.url, ExamPage).code == "portal-answer"


def test_ten_megabytes_of_json_are_not_read_to_the_end() -> None:
    sent = itertools.count()

    def say(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
        for _ in range(1000):
            next(sent)
            yield b" " * (1 << 20)

    with strange_server(say) as server:
        problem = code_of(server.url)
    assert (problem.code, problem.facts["reason"]) == ("portal-answer", "too-large")
    assert next(sent) < 100


def test_a_packed_answer_that_swells_is_not_read_to_the_end() -> None:
    import gzip

    packed = gzip.compress(b" " * (64 << 20))
    with strange_server(lambda _: answer(packed, more="Content-Encoding: gzip\r\n")) as server:
        assert code_of(server.url).facts["reason"] == "too-large"


def test_a_portal_that_sends_a_byte_now_and_then_is_left() -> None:
    stop = threading.Event()

    def say(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
        while not stop.wait(0.02):
            yield b" "

    with strange_server(say) as server:
        problem = code_of(server.url, patience=Patience(answer=0.3))
        stop.set()
    assert (problem.code, problem.facts["reason"]) == ("portal-answer", "too-slow")


def test_a_portal_that_says_nothing_is_left() -> None:
    stop = threading.Event()

    def say(_: Asked) -> Iterator[bytes]:
        stop.wait(30)
        yield b""

    with strange_server(say) as server:
        problem = code_of(server.url, patience=Patience(read=0.2))
        stop.set()
    assert problem.code == "portal-unreachable"


def test_a_portal_that_hangs_up_midway_cannot_be_reached() -> None:
    with strange_server(lambda _: [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"]) as server:
        assert code_of(server.url).code == "portal-unreachable"


def test_what_is_no_http_cannot_be_reached() -> None:
    with strange_server(lambda _: [b"\x00\x01\x02\x03" * 20]) as server:
        assert code_of(server.url).code == "portal-unreachable"


def test_a_closed_port_cannot_be_reached() -> None:
    with strange_server(lambda _: answer(HELD)) as server:
        url = server.url
    assert code_of(url).code == "portal-unreachable"


@pytest.mark.parametrize("place", ["file:///etc/passwd", "http://127.0.0.1:1/", "https://elsewhere.example/"])
def test_redirects_lead_nowhere(place: str) -> None:
    with strange_server(lambda _: answer(b"", "302 Found", more=f"Location: {place}\r\n")) as server:
        assert code_of(server.url).code == "portal-answer"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
def test_no_token_and_no_body_follows_a_redirect(status: str) -> None:
    with strange_server(lambda _: answer(HELD)) as elsewhere:
        more = f"Location: {elsewhere.url}/api\r\nSet-Cookie: a=b\r\n"
        with (
            strange_server(lambda _: answer(b"", status, more=more)) as server,
            Connection(server.url, MachineToken("t0ken")) as connection,
        ):
            for _ in range(2):
                with pytest.raises(PortalError) as told:
                    connection.ask(Report, "POST", "/x", json={"name": "Anna"})
                assert told.value.code == "portal-answer"
            assert [asked.headers.get("cookie") for asked in server.asked] == [None, None]
        assert elsewhere.asked == []


def test_nothing_packed_is_asked_for() -> None:
    with strange_server(lambda _: answer(HELD)) as server, Connection(server.url) as connection:
        connection.ask(Report, "GET", "/x")
        assert server.asked[0].headers["accept-encoding"] == "identity"


def test_a_problems_facts_are_plain_and_name_no_address() -> None:
    deep: object = 1
    for _ in range(250):
        deep = {"a": [deep]}
    said = {
        "type": "urn:scanshelf:problem:wrong-code", "remaining_attempts": 10**40, "url": "http://evil.example",
        "reason": "x" * 10**6, "deep": deep, "fields": [{"field": "days", "more": deep}, 3, None],
        "missing": ["1.2", {"a": 1}], "self": 1, "limit": 1 << 52,
        **dict.fromkeys(("folder", "parts", "ended_with", "available_at", "latest"), "Call 0900 evil"),
    }  # fmt: skip
    body = json.dumps(said).encode()
    with strange_server(lambda _: answer(body, "401 No", "application/problem+json")) as server:
        problem = code_of(server.url)
    assert set(problem.facts) == {"reason", "fields", "missing", "limit", "status", "available_at", "latest"}
    assert problem.facts["fields"] == [{"field": "days"}]
    assert problem.facts["missing"] == ["1.2"]
    assert len(problem.facts["reason"]) < 5000
    assert "evil" not in Messages().about(problem).as_text()


@pytest.mark.parametrize("url", ["http://portal.example", "http://192.168.1.7:8000", "http://127.0.0.1.example/"])
def test_without_encryption_only_this_computer_is_asked(url: str) -> None:
    with pytest.raises(PortalError) as caught:
        Connection(url)
    assert caught.value.code == "portal-insecure"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x", "portal", "", "https://", "http://[::1", "http://x:99999999"]
)
def test_what_is_no_address_is_no_portal(url: str) -> None:
    with pytest.raises(PortalError) as caught:
        Connection(url)
    assert caught.value.code == "not-a-portal"


def test_an_address_is_kept_without_what_does_not_belong() -> None:
    assert base_url(" https://anna:secret@Portal.example:8443/a/?x=1#y ") == "https://portal.example:8443/a"
    assert base_url("http://[::1]:8000/") == "http://[::1]:8000"


@pytest.mark.parametrize(
    "status, code",
    [(401, "sign-in-needed"), (404, "portal-answer"), (429, "too-many-tries"), (500, "portal-unavailable")],
)
def test_a_refusal_without_a_problem_has_the_code_of_its_status(status: int, code: str) -> None:
    with strange_server(lambda _: answer(b"no", f"{status} No", more="Retry-After: 7\r\n")) as server:
        problem = code_of(server.url)
    assert (problem.code, problem.facts["retry_after"]) == (code, 7)


def test_a_problem_brings_its_facts() -> None:
    said = {"type": "urn:scanshelf:problem:wrong-code", "remaining_attempts": 2, "self": 1, "code": "x", "a b": 1}
    kind = "application/problem+json"
    with strange_server(lambda _: answer(json.dumps(said).encode(), "401 No", kind)) as server:
        problem = code_of(server.url)
    assert (problem.code, problem.facts) == ("wrong-code", {"remaining_attempts": 2, "status": 401})


@pytest.mark.parametrize(
    "said", [b"[]", b"{", b'{"type": 3}', b'{"type": "urn:scanshelf:problem:made-up"}', b"[" * 9999]
)
def test_a_problem_nobody_knows_is_read_by_its_status(said: bytes) -> None:
    with strange_server(lambda _: answer(said, "503 No", "application/problem+json")) as server:
        assert code_of(server.url).code == "portal-unavailable"


def test_a_401_is_asked_once_more_with_fresh_credentials_and_a_new_body() -> None:
    bodies: list[io.BytesIO] = []

    class Body(io.BytesIO):
        def __len__(self) -> int:
            return len(self.getvalue())

    def body() -> Body:
        bodies.append(Body(b"images" * 1000))
        return bodies[-1]

    def say(asked: Asked) -> list[bytes]:
        good = asked.headers["authorization"] == "Bearer 2"
        return answer(str(len(asked.body)).encode(), "200 OK" if good else "401 No")

    with strange_server(say) as server, Connection(server.url, Renewing()) as connection:
        assert connection.send("POST", "/x", body=body).text == "6000"
        assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer 1", "Bearer 2"]
        assert [asked.headers["content-length"] for asked in server.asked] == ["6000", "6000"]
    assert len(bodies) == 2
    assert all(each.closed for each in bodies)


def test_a_machine_token_that_is_refused_is_not_tried_again() -> None:
    with strange_server(lambda _: answer(b"", "401 No")) as server:
        with Connection(server.url, MachineToken("t")) as connection, pytest.raises(PortalError) as caught:
            connection.ask(Report, "GET", "/x")
        assert len(server.asked) == 1
    assert caught.value.code == "sign-in-needed"


def test_many_threads_that_are_turned_away_renew_once() -> None:
    renewing, all_asked = Renewing(), threading.Barrier(6)

    def say(asked: Asked) -> list[bytes]:
        if asked.headers["authorization"] == "Bearer 1":
            all_asked.wait(20)
            return answer(b"", "401 No")
        return answer(HELD)

    with strange_server(say) as server, Connection(server.url, renewing) as connection:
        threads = [threading.Thread(target=connection.ask, args=(Report, "GET", "/x")) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.asked) == 12
    assert renewing.number == 2


def test_neither_netrc_nor_cookies_nor_a_user_in_the_address_sign_a_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with strange_server(lambda _: answer(HELD, more="Set-Cookie: a=b\r\n")) as server:
        address = server.url.replace("//", "//anna:secret@")
        with Connection(address) as connection:
            connection.ask(Report, "GET", "/x")
            connection.ask(Report, "GET", "/x")
        assert not any({"authorization", "cookie"} & set(asked.headers) for asked in server.asked)


def test_a_path_cannot_lead_to_another_server() -> None:
    with Connection("http://127.0.0.1:1") as connection, pytest.raises(ValueError, match="begins with /"):
        connection.send("GET", "@elsewhere.example/x")


def self_signed(folder: Path) -> tuple[ssl.SSLContext, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal")])
    now = datetime.now(UTC)
    import ipaddress

    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, pem = folder / "key.pem", folder / "certificate.pem"
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(*form))
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, file)
    return context, pem


def test_a_certificate_nobody_trusts_ends_before_anything_is_sent(tmp_path: Path) -> None:
    context, _ = self_signed(tmp_path)
    with strange_server(lambda _: answer(HELD), context) as server:
        assert code_of(server.url, WellKnown).code == "portal-certificate"
        assert server.asked == []


@pytest.mark.skipif(
    ssl.get_default_verify_paths().openssl_cafile_env != "SSL_CERT_FILE", reason="no SSL_CERT_FILE here"
)
def test_a_certificate_the_system_trusts_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, pem = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with strange_server(lambda _: answer(HELD), context) as server, Connection(server.url) as connection:
        assert connection.ask(Report, "GET", "/x").state == "held"


def test_an_encrypted_address_of_a_server_that_speaks_plainly_is_not_used(tmp_path: Path) -> None:
    with strange_server(lambda _: answer(HELD)) as server:
        assert code_of(server.url.replace("http:", "https:")).code == "portal-certificate"
