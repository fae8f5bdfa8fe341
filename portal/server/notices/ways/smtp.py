"""E-mail through a mail server (RFC 5321), encrypted wherever it leaves this computer."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from portal.names import is_loopback_host
from portal.server.base.clock import Clock
from portal.server.notices.ways.mail import mail
from portal.server.notices.ways.way import Letter, NotSentError

SECONDS = 30.0
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail goes: `smtp://user:password@host:port`, `smtps://…`; `?tls=never` sends in the open, if one must."""

    host: str
    port: int
    implicit_tls: bool
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def mail_server(url: str, password: str | None = None) -> MailServer:
    """Read the address of a mail server; raises `ValueError` where it is none, or a password would go in the open."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError(parts.scheme)
    asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    if set(asked) - {"tls"} or asked.get("tls", ["never"]) != ["never"]:
        raise ValueError("query")
    tls = parts.scheme == "smtps" or not ("tls" in asked or is_loopback_host(parts.hostname))
    user = unquote(parts.username) if parts.username else None
    if user and not tls and not is_loopback_host(parts.hostname):
        raise ValueError("password in the open")
    own = unquote(parts.password) if parts.password else password
    return MailServer(parts.hostname, parts.port or PORTS[parts.scheme], parts.scheme == "smtps", tls, user, own)


class Smtp:
    """Sends e-mail, one connection a letter."""

    def __init__(self, server: MailServer, sender: str, name: str, clock: Clock) -> None:
        self._server = server
        self._sender = sender
        self._name = name
        self._clock = clock

    def send(self, letter: Letter) -> None:
        """Hand it to the mail server."""
        message = mail(letter, self._sender, self._name, self._clock())
        try:
            connection = self._connected()
            try:
                connection.send_message(message, self._sender, [letter.address])
                with contextlib.suppress(OSError, smtplib.SMTPException):  # it was taken, whatever comes of goodbye
                    connection.quit()
            finally:
                connection.close()
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise NotSentError(f"smtp-{code}", for_good=500 <= code < 600) from error
        except smtplib.SMTPAuthenticationError as error:
            raise NotSentError("smtp-sign-in") from error  # for whoever runs the portal to mend, then it goes out
        except smtplib.SMTPResponseException as error:
            for_good = isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code < 600
            raise NotSentError(f"smtp-{error.smtp_code}", for_good=for_good) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
            raise NotSentError("smtp-not-supported", for_good=isinstance(error, UnicodeError)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotSentError("smtp-unreachable") from error

    def _connected(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        if server.implicit_tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            if server.tls and not server.implicit_tls:
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password or "")
        except BaseException:
            connection.close()
            raise
        return connection
