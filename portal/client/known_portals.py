"""Which portals and accounts this person signed in at, and how one is reached; no secrets here."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.errors import PortalError
from core.files.whole import write_whole
from portal.client.account import Portal
from portal.client.connecting.connection import Connection, base_url
from portal.client.connecting.credentials import Credentials, MachineToken
from portal.client.signing_in.signed_in import SignedIn
from portal.client.signing_in.vault import Vault
from portal.names import is_loopback

TOKEN_BYTES_MOST = 4096


@dataclass(frozen=True, slots=True)
class KnownPortal:
    """One account at a portal, or the portal alone: `user_name` is None while nobody is signed in there.

    `account` is the account's id, `person` whom it stands for, as people write a name.
    """

    url: str
    name: str | None = None
    user_name: str | None = None
    account: str | None = None
    person: str | None = None


class KnownPortals:
    """The portals and accounts in `portals.json`, the one used last first."""

    def __init__(self, settings_folder: Path) -> None:
        self._file = settings_folder / "portals.json"

    def all(self) -> list[KnownPortal]:
        """List them, the last one first; a file nobody can read knows none."""
        try:
            said = json.loads(self._file.read_bytes())
        except (OSError, ValueError, RecursionError):
            return []
        listed = said.get("portals") if isinstance(said, dict) else None
        found = [_known(each) for each in listed] if isinstance(listed, list) else []
        return [portal for portal in found if portal is not None]

    def last(self) -> KnownPortal | None:
        """Give the one that was used last."""
        return next(iter(self.all()), None)

    def accounts(self) -> list[KnownPortal]:
        """List the accounts that are signed in, the one used last first."""
        return [each for each in self.all() if each.user_name is not None]

    def note(self, portal: KnownPortal) -> None:
        """Remember an account as the last one."""
        gone = {None, portal.user_name}
        self._write([portal, *(each for each in self.all() if each.url != portal.url or each.user_name not in gone)])

    def note_signed_out(self, url: str, user_name: str | None = None) -> None:
        """Remember that an account, or else the portal's last one, is not signed in any more."""
        user_name = user_name or self.user_at(url)
        self._write(
            [
                KnownPortal(each.url, each.name) if (each.url, each.user_name) == (url, user_name) else each
                for each in self.all()
            ]
        )

    def user_at(self, url: str, account: str | None = None) -> str | None:
        """Name who is signed in at a portal: with this account's id, or else the last one."""
        there = [each for each in self.accounts() if each.url == url]
        return next((each.user_name for each in there if account is None or each.account == account), None)

    def account_named(self, user_name: str, url: str | None = None) -> KnownPortal:
        """Find an account by its user name; raises `PortalError` "account-not-here" or "several-accounts"."""
        address = portal_address(url) if url else None
        found = [each for each in self.accounts() if each.user_name == user_name and address in {None, each.url}]
        if len(found) != 1:
            raise PortalError("several-accounts" if found else "account-not-here", user_name=user_name)
        return found[0]

    def address(self, url: str | None, environment: Mapping[str, str]) -> str:
        """Say which portal is meant: the one named, `SCANSHELF_PORTAL`, the last; raises `PortalError` "no-portal"."""
        last = self.last()
        named = url or environment.get("SCANSHELF_PORTAL") or (last.url if last else None)
        if not named:
            raise PortalError("no-portal")
        return portal_address(named)

    def connect(
        self,
        url: str | None,
        token_file: Path | str | None,
        vault: Vault,
        environment: Mapping[str, str],
        user_name: str | None = None,
    ) -> Portal:
        """Reach the portal that is meant as an account, or else who used it last.

        Raises `PortalError` "sign-in-needed" for nobody.
        """
        if user_name is not None:
            address = self.account_named(user_name, url).url
        else:
            address = self.address(url, environment)
            user_name = self.user_at(address)
        return Portal(Connection(address, credentials(address, token_file, vault, environment, user_name)))

    def _write(self, portals: list[KnownPortal]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._file, json.dumps({"portals": [asdict(portal) for portal in portals]}))


def portal_address(named: str) -> str:
    """Give the address of a portal as it is kept; what was typed without https:// gets it."""
    named = named.strip()
    if "://" not in named:
        named = f"http://{named}" if is_loopback(f"http://{named}") else f"https://{named}"
    return base_url(named)


def credentials(
    url: str,
    token_file: Path | str | None,
    vault: Vault,
    environment: Mapping[str, str],
    user_name: str | None = None,
) -> Credentials:
    """Find what requests are signed with: the token file, `SCANSHELF_TOKEN`, the vault's entry of an account."""
    if token_file:
        return MachineToken(read_token_file(Path(token_file)))
    if token := environment.get("SCANSHELF_TOKEN"):
        return MachineToken(_token(token))
    if vault.read(vault.entry_of(url, user_name)) is None:
        raise PortalError("sign-in-needed", url=url)
    return SignedIn(url, vault, user_name=user_name)


def read_token_file(path: Path) -> str:
    """Read a token that only its owner can read; raises `PortalError`."""
    try:
        with path.expanduser().open("rb") as file:
            if not _owner_only(os.fstat(file.fileno())):
                raise PortalError("token-file-unsafe", path=str(path))
            text = file.read(TOKEN_BYTES_MOST)
    except OSError as problem:
        raise PortalError("token-file-absent", path=str(path)) from problem
    return _token(text.decode("ascii", "replace"))


def _owner_only(status: os.stat_result) -> bool:
    if os.name == "nt":  # who may read there is decided by the folder
        return True
    return not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO) and status.st_uid in {os.geteuid(), 0}


def _token(text: str) -> str:
    token = text.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise PortalError("token-file-absent")
    return token


def _known(said: Any) -> KnownPortal | None:
    if not isinstance(said, dict) or not isinstance(said.get("url"), str):
        return None
    more = {key: said[key] for key in ("name", "user_name", "account", "person") if isinstance(said.get(key), str)}
    return KnownPortal(said["url"], **more)
