"""The ways notices of this portal take, from what its start was told."""

from __future__ import annotations

from urllib.parse import urlsplit

from portal.server.notices.sending import Sending
from portal.server.notices.ways.mailbox import MailFolder, MessageFolder
from portal.server.notices.ways.sms_hook import SmsHook
from portal.server.notices.ways.smtp import Smtp, mail_server
from portal.server.notices.ways.way import Way
from portal.server.people.practices.adding import all_practices
from portal.server.people.recovery import ASKED, RecoveryLetters
from portal.server.services import Services


def sending(services: Services) -> Sending:
    """Give what sends this portal's notices."""
    return Sending(services.database, _ways(services), services.clock)


def _ways(services: Services) -> dict[str, Way]:
    """Give the way of each channel; none for a channel nobody said how to reach: its notices wait, and are given up."""
    post = services.settings.post
    with services.database.reading() as session:
        practices = all_practices(session)
    practice = practices[0]
    name = practice.name if len(practices) == 1 else services.settings.name  # the letter itself says which
    sender = post.mail_from or practice.email or _nobody(services)
    found: dict[str, Way] = {ASKED: RecoveryLetters(services.database, services.settings, services.clock)}
    if post.mailbox is not None:
        found["email"] = MailFolder(post.mailbox, sender, name, services.clock)
        found["sms"] = MessageFolder(post.mailbox, services.clock)
    if post.smtp is not None:
        server = mail_server(post.smtp, post.smtp_password)
        found["email"] = Smtp(server, sender, name, services.clock)
    if post.sms_hook is not None:
        found["sms"] = SmsHook(post.sms_hook, post.sms_token)
    return found


def _nobody(services: Services) -> str:
    """Name a sender nobody answers to, in the portal's own domain."""
    host = urlsplit(services.settings.public_url).hostname or "localhost"
    return f"portal@{host}" if "." in host and not host[-1].isdigit() else "portal@localhost.localdomain"
