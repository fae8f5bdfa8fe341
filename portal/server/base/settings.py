"""What one portal server is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from portal.wire.people import Practice
from portal.wire.well_known import Limits

ADDRESS_FILE = "address.json"
LOOPBACK = ("127.0.0.1", "::1")
NAMELESS = Practice("Practice on this computer")


@dataclass(frozen=True, slots=True)
class Post:
    """How notices leave: into a folder (for trials), or through a mail server and a provider of text messages."""

    mailbox: Path | None = None
    smtp: str | None = None  # as `notices/ways/smtp.py` reads it
    smtp_password: str | None = field(default=None, repr=False)
    mail_from: str | None = None  # without it the practice's own address
    sms_hook: str | None = None
    sms_token: str | None = field(default=None, repr=False)

    @property
    def mails(self) -> bool:
        """Say whether e-mail leaves at all."""
        return bool(self.mailbox or self.smtp)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where a portal keeps its data and how it is reached.

    `public_url` is the only source of links, never the Host header. `local` is true where it is loopback: shares then
    reach nobody but this computer.
    """

    data: Path
    public_url: str
    local: bool
    database_url: str | None = field(default=None, repr=False)  # with its password
    store: Path | None = None  # where the images are, if not with the data
    store_url: str | None = None  # a place elsewhere that keeps them (`objects/opening.py`); secrets are not in it
    name: str = "Practice portal"
    practice: Practice = NAMELESS  # what is said here replaces what the database has
    limits: Limits = field(default_factory=Limits)
    origins: tuple[str, ...] = ()  # of viewers elsewhere that may ask in a browser (`cors.origin`)
    post: Post = Post()
    trusted_proxies: tuple[str, ...] = ()  # addresses or networks of web servers in front of this one

    @property
    def proxies(self) -> tuple[str, ...]:
        """Give who is believed where a request came from: unless said, this computer where a proxy has to be."""
        return self.trusted_proxies or (() if self.local else LOOPBACK)

    @property
    def database(self) -> str:
        """Give the SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.data / 'portal.db'}"

    @property
    def tries_database(self) -> str:
        """Give the address of the database of tries: SQLite's is a file of its own, so that no writer waits for it."""
        kept = self.database
        return f"sqlite:///{self.data / 'tries.db'}" if kept.startswith("sqlite") else kept

    @property
    def store_folder(self) -> Path:
        """Give the folder that holds the images and what is just coming in: one file system, for the rename."""
        return self.store or self.data

    @property
    def objects(self) -> Path:
        """Give the folder of the content-addressed store, or of what is here as well of one that is elsewhere."""
        return self.store_folder / ("objects" if self.store_url is None else "near")

    @property
    def beside(self) -> Path:
        """Give the folder of what an archive elsewhere cannot keep as it came."""
        return self.store_folder / "beside"

    @property
    def incoming(self) -> Path:
        """Give the folder of what is just coming in; emptied at every start."""
        return self.store_folder / "incoming"

    @property
    def orphans(self) -> Path:
        """Give the folder of objects nothing refers to, until they are removed."""
        return self.store_folder / "orphans"

    @property
    def secret_file(self) -> Path:
        """Give the file of the key that codes are sealed with (HMAC); owner-only."""
        return self.data / "secret.key"

    @property
    def receipt_keys_file(self) -> Path:
        """Give the file of the keys that receipts are signed with; owner-only."""
        return self.data / "receipt-keys.json"

    @property
    def sealed_file(self) -> Path:
        """Give the file that says that the activity was sealed: from then on what bears no seal is not from here."""
        return self.data / "activity-sealed"

    @property
    def staff_token_file(self) -> Path:
        """Give the file of the token for the practice's own programs; owner-only."""
        return self.data / "staff-token"

    @property
    def address_file(self) -> Path:
        """Give the file that remembers the address for `portal invite`."""
        return self.data / ADDRESS_FILE
