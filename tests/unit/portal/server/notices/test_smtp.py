"""E-mail through a real mail server, which may be gone, refuse, or want a password and TLS."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from portal.server.notices.ways.smtp import MailServer, Smtp, mail_server
from portal.server.notices.ways.way import Letter, NotSentError

LETTER = Letter("0123abcd", "anna@example.org", "Your account", "Grüße, 日本", "<p>Grüße</p>")


class Sink:
    """Keeps what comes; says `answer` to what is addressed."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.came: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if self.answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a letter."""
        self.came.append(envelope)
        return "250 OK"


@contextmanager
def running(sink: Sink, **options: Any) -> Iterator[MailServer]:
    controller = Controller(sink, hostname="127.0.0.1", port=0, **options)
    controller._trigger_server = lambda: _say_hello(_port(controller))  # type: ignore[method-assign]
    controller.start()
    try:
        yield MailServer("127.0.0.1", _port(controller), False, False)
    finally:
        controller.stop()


def _port(controller: Controller) -> int:
    """Give the port it got: asked for port 0, it would try to reach itself there."""
    return int(controller.server.sockets[0].getsockname()[1])  # type: ignore[union-attr]


def _say_hello(port: int) -> None:
    connection = smtplib.SMTP("127.0.0.1", port, timeout=30)
    connection.noop()
    connection.close()


def way(server: MailServer) -> Smtp:
    return Smtp(server, "portal@example.org", "Dr. Müller, Radiologie", lambda: datetime(2026, 1, 2, 3, 4, tzinfo=UTC))


def trouble(server: MailServer, letter: Letter = LETTER) -> tuple[str, bool]:
    with pytest.raises(NotSentError) as caught:
        way(server).send(letter)
    return caught.value.reason, caught.value.for_good


def test_a_letter_arrives_with_every_letter_of_every_script() -> None:
    sink = Sink()
    with running(sink) as server:
        way(server).send(LETTER)
    (envelope,) = sink.came
    assert envelope.rcpt_tos == ["anna@example.org"]
    came = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
    assert came["From"] == '"Dr. Müller, Radiologie" <portal@example.org>'
    assert came["Message-ID"] == "<0123abcd@example.org>"
    assert came.get_body(("plain",)).get_content() == "Grüße, 日本\r\n"  # type: ignore[attr-defined]


def test_a_server_that_has_no_such_letter_box_ends_it_and_one_that_is_busy_does_not() -> None:
    with running(Sink("550 no such user")) as server:
        assert trouble(server) == ("smtp-550", True)
    with running(Sink("451 later")) as server:
        assert trouble(server) == ("smtp-451", False)
    assert trouble(server) == ("smtp-unreachable", False)


@pytest.mark.parametrize("address", ["no address", "a@b\r\nBcc: x@example.org", "", "anna@"])
def test_what_is_no_address_never_reaches_the_server(address: str) -> None:
    sink = Sink()
    with running(sink) as server:
        assert trouble(server, Letter("1", address, "s", "t", None)) == ("not-an-address", True)
    assert sink.came == []


def test_a_server_without_tls_gets_nothing_where_tls_is_due() -> None:
    sink = Sink()
    with running(sink) as server:
        assert trouble(MailServer(server.host, server.port, False, tls=True))[0] == "smtp-not-supported"
    assert sink.came == []


def test_a_wrong_password_is_for_the_practice_to_mend_and_costs_no_letter() -> None:
    def nobody(*_: Any) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with running(Sink(), authenticator=nobody, auth_require_tls=False) as server:
        wrong = MailServer(server.host, server.port, False, False, "portal", "wrong")
        assert trouble(wrong) == ("smtp-sign-in", False)


@pytest.mark.parametrize(
    "url, wanted",
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 587, False, True)),
        ("smtps://me%40x:p%2Fs@mail.example.org:1465", MailServer("mail.example.org", 1465, True, True, "me@x", "p/s")),
        ("smtp://127.0.0.1:25", MailServer("127.0.0.1", 25, False, False)),
        ("smtp://relay.example.org:25?tls=never", MailServer("relay.example.org", 25, False, False)),
    ],
)  # fmt: skip
def test_the_address_of_a_mail_server_says_how_it_is_reached(url: str, wanted: MailServer) -> None:
    assert mail_server(url) == wanted


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://x/path", "smtp://me@x?tls=never", "smtp://x?tls=maybe"]
)  # fmt: skip
def test_what_is_no_mail_server_or_would_send_a_password_in_the_open_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any is right
        mail_server(url)


def test_a_broken_conversation_is_tried_again() -> None:
    class Rude(Sink):
        async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
            return "554 transaction failed"

    with running(Rude()) as server:
        assert trouble(server) == ("smtp-554", True)
    assert issubclass(smtplib.SMTPServerDisconnected, smtplib.SMTPException)


def test_a_server_that_says_goodbye_oddly_has_taken_the_letter() -> None:
    class Odd(Sink):
        async def handle_QUIT(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
            return "250 OK"

    sink = Odd()
    with running(sink) as server:
        way(server).send(LETTER)
    assert len(sink.came) == 1
