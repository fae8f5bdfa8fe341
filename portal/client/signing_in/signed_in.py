"""Credentials of a person who signed in: a short-lived access token in memory, the refresh token in the vault."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from core.errors import PortalError
from portal.client.connecting.connection import Connection
from portal.client.signing_in.oauth import Tokens, ask_tokens, own_path, post_form, read_metadata
from portal.client.signing_in.vault import KeptSignIn, Vault

EARLY_SECONDS = 30.0  # a token that is about to end is renewed before a long upload begins


class SignedIn:
    """Signs requests as the person; renews itself, also where several threads and processes share the sign-in."""

    def __init__(self, url: str, vault: Vault, tokens: Tokens | None = None, *, user_name: str | None = None) -> None:
        self._url = url
        self._vault = vault
        self._lock = threading.RLock()
        self._access = ""
        self._ends = 0.0
        self._endpoint: str | None = None
        self._user_name = tokens.user_name if tokens is not None else user_name
        if tokens is not None:
            self._take(tokens)

    def header(self) -> str:
        """Give the access token, renewed where it has ended; raises `PortalError` "sign-in-needed"."""
        with self._lock:
            if time.monotonic() >= self._ends and not self.refresh() and not self._access:
                raise PortalError("sign-in-needed", url=self._url)
            return f"Bearer {self._access}"

    def refresh(self) -> bool:
        """Get a new access token; false where the sign-in has ended (it is forgotten then)."""
        with self._lock, self._vault.changing(), Connection(self._url) as connection:
            entry = self._vault.entry_of(self._url, self._user_name)
            kept = self._vault.read(entry)  # another process may have renewed it since
            if kept is None or self._user_name not in (None, kept.user_name):
                return False  # who signed in as somebody else meanwhile did so for what begins then
            form = {"grant_type": "refresh_token", "refresh_token": kept.refresh_token}
            try:
                tokens = ask_tokens(connection, self._token_path(connection), form)
            except PortalError as problem:
                if problem.code != "sign-in-refused":
                    raise
                self._vault.forget(entry)
                return False
            self._vault.keep(
                entry, KeptSignIn(tokens.user_name or kept.user_name, tokens.refresh_token or kept.refresh_token)
            )
            self._user_name = tokens.user_name or kept.user_name
            self._take(tokens)
            return True

    def sign_out(self) -> bool:
        """End the sign-in at the portal and forget it here; false where the portal could not be told."""
        kept = None
        try:
            with self._lock, self._vault.changing():
                entry = self._vault.entry_of(self._url, self._user_name)
                kept = self._vault.read(entry)
                self._access, self._ends = "", 0.0
                self._vault.forget(entry)
        finally:  # also where the keyring does not let go of it: then it is of no use to anybody
            told = kept is None or _revoked(self._url, kept.refresh_token)
        return told

    def _take(self, tokens: Tokens) -> None:
        self._access = tokens.access_token
        lasts = tokens.expires_in or 60
        self._ends = time.monotonic() + max(lasts - EARLY_SECONDS, lasts / 2)

    def _token_path(self, connection: Connection) -> str:
        if self._endpoint is None:
            self._endpoint = own_path(connection, read_metadata(connection).token_endpoint)
        return self._endpoint


def _revoked(url: str, refresh_token: str) -> bool:
    """Tell the portal that a sign-in is over (RFC 7009)."""
    with suppress(PortalError), Connection(url) as connection:
        path = own_path(connection, read_metadata(connection).revocation_endpoint)
        form = {"token": refresh_token, "token_type_hint": "refresh_token"}
        connection.read_answer(post_form(connection, path, form))
        return True
    return False
