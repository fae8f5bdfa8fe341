"""One e-mail as it is written down (RFC 5322), whatever takes it."""

from __future__ import annotations

from datetime import datetime
from email.errors import HeaderParseError, MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from portal.server.notices.ways.way import Letter, NotSentError


def mail(letter: Letter, sender: str, name: str, at: datetime) -> EmailMessage:
    """Write it: plain text and HTML beside each other; raises `NotSentError` for an address that is none."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(name, addr_spec=sender)
        message["To"] = Address(addr_spec=letter.address)
    except (ValueError, IndexError, MessageError, HeaderParseError) as error:
        raise NotSentError("not-an-address", for_good=True) from error
    message["Subject"] = letter.subject or ""
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.off:
        message["List-Unsubscribe"] = f"<{letter.off}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message
