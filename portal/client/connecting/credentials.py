"""What a request to a server is signed with."""

from __future__ import annotations

import base64
from typing import Protocol


class Credentials(Protocol):
    """Signs requests; shared by threads."""

    def header(self) -> str:
        """Give the value of the Authorization header."""

    def refresh(self) -> bool:
        """Get a fresh one after a 401; false where there is none to be had."""


class MachineToken:
    """A token a person or program was given: it is good until its day, and never changes."""

    def __init__(self, token: str) -> None:
        self._token = token

    def header(self) -> str:
        """Give the token as a bearer token."""
        return f"Bearer {self._token}"

    def refresh(self) -> bool:
        """Say that there is no other."""
        return False


class UserPassword:
    """HTTP Basic, for plain DICOMweb servers."""

    def __init__(self, user: str, password: str) -> None:
        self._said = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")

    def header(self) -> str:
        """Give user and password as HTTP Basic."""
        return f"Basic {self._said}"

    def refresh(self) -> bool:
        """Say that there is no other."""
        return False
