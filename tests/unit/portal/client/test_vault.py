"""Sign-ins are kept where only the person gets at them, in pieces a keyring can hold, or said not to be."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from core.errors import PortalError
from portal.client.signing_in.secrets import FileSecrets, KeyringSecrets, MemorySecrets
from portal.client.signing_in.vault import ENTRY_LENGTH_MOST, KeptSignIn, Vault

URL = "https://portal.example"
SHORT, LONG = KeptSignIn("anna", "short"), KeptSignIn("anna", "x" * 5000)


class Drawer(KeyringBackend):
    """A keyring as the system gives one; it can be locked, and holds no long entries."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        assert len(password) <= ENTRY_LENGTH_MOST
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        if self.kept.pop(username, None) is None:
            raise PasswordDeleteError

    def _open(self) -> None:
        if self.locked:
            raise KeyringLocked


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    found = Drawer()
    monkeypatch.setattr(keyring, "get_keyring", lambda: found)
    return found


@pytest.mark.parametrize("kept", [SHORT, LONG, KeptSignIn("änna🙂", "ü" * 3000)])
def test_what_is_kept_comes_back(drawer: Drawer, tmp_path: Path, kept: KeptSignIn) -> None:
    Vault.open(tmp_path, {}).keep(URL, kept)
    vault = Vault.open(tmp_path, {})
    assert vault.read(URL) == kept
    assert vault.read("https://other.example") is None
    assert (vault.kind, vault.lasting) == ("keyring", True)


def test_a_newer_sign_in_leaves_nothing_of_the_one_before(drawer: Drawer, tmp_path: Path) -> None:
    vault = Vault.open(tmp_path, {})
    for kept in (LONG, KeptSignIn("anna", "y" * 3000), SHORT):
        vault.keep(URL, kept)
        assert vault.read(URL) == kept
    assert list(drawer.kept) == [URL]
    vault.keep(URL, LONG)
    vault.forget(URL)
    assert drawer.kept == {}
    vault.forget(URL)


@pytest.mark.parametrize("harm", ["missing", "changed", "swapped", "head", "rubbish"])
def test_a_sign_in_that_lacks_a_piece_is_none(drawer: Drawer, tmp_path: Path, harm: str) -> None:
    vault = Vault.open(tmp_path, {})
    vault.keep(URL, LONG)
    first, second, *_ = [name for name in drawer.kept if name != URL]
    if harm == "missing":
        del drawer.kept[second]
    elif harm == "changed":
        drawer.kept[second] = "z" * ENTRY_LENGTH_MOST
    elif harm == "swapped":
        drawer.kept[first], drawer.kept[second] = drawer.kept[second], drawer.kept[first]
    else:
        drawer.kept[URL] = "+9999 x y" if harm == "head" else "=[]"
    assert vault.read(URL) is None
    vault.keep(URL, SHORT)
    assert vault.read(URL) == SHORT


@pytest.mark.parametrize("kind", [FailKeyring, NullKeyring])
def test_a_keyring_that_keeps_nothing_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: Any
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", kind)
    vault = Vault.open(tmp_path, {})
    assert (vault.kind, vault.lasting) == ("none", False)
    vault.keep(URL, SHORT)
    assert vault.read(URL) == SHORT
    assert Vault.open(tmp_path, {}).read(URL) is None


def test_a_keyring_that_writes_plain_text_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plain = type("PlaintextKeyring", (Drawer,), {"__module__": "keyrings.alt.file"})
    monkeypatch.setattr(keyring, "get_keyring", plain)
    assert Vault.open(tmp_path, {}).kind == "none"


def test_a_locked_keyring_holds_nobody_and_a_new_sign_in_lasts_as_long_as_the_program(
    drawer: Drawer, tmp_path: Path
) -> None:
    vault = Vault.open(tmp_path, {})
    vault.keep(URL, SHORT)
    drawer.locked = True
    assert vault.read(URL) is None
    vault.keep(URL, LONG)
    assert (vault.read(URL), vault.lasting) == (LONG, False)


def test_a_keyring_that_breaks_in_its_own_way_is_borne(drawer: Drawer, tmp_path: Path) -> None:
    vault = Vault.open(tmp_path, {})
    vault.keep(URL, SHORT)
    drawer.kept = None  # type: ignore[assignment]
    assert vault.read(URL) is None
    with pytest.raises(PortalError):
        vault.forget(URL)
    vault.keep(URL, SHORT)
    assert (vault.kind, vault.read(URL)) == ("none", SHORT)


def test_a_choice_of_keyring_that_cannot_be_loaded_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def absent() -> Any:
        raise ImportError

    monkeypatch.setattr(keyring, "get_keyring", absent)
    assert Vault.open(tmp_path, {}).kind == "none"


def test_memory_and_a_file_stand_in_where_they_are_asked_for(tmp_path: Path) -> None:
    assert not Vault.open(tmp_path, {"SCANSHELF_KEYRING": "memory"}).lasting
    file = tmp_path / "deep" / "kept.json"
    vault = Vault.open(tmp_path, {"SCANSHELF_KEYRING": f"file:{file}"})
    vault.keep(URL, LONG)
    assert (vault.kind, vault.lasting) == ("file", True)
    assert Vault.open(tmp_path, {"SCANSHELF_KEYRING": f"file:{file}"}).read(URL) == LONG
    assert file.stat().st_mode & 0o077 == 0
    file.write_text("{")
    assert vault.read(URL) is None


@pytest.mark.parametrize("secrets", [MemorySecrets(), KeyringSecrets(Drawer())])
def test_what_was_never_there_is_forgotten_in_peace(secrets: Any) -> None:
    secrets.drop("x")
    assert secrets.get("x") is None


def test_only_one_at_a_time_changes_what_several_share(tmp_path: Path) -> None:
    file, inside, worst = tmp_path / "kept.json", [], []
    vaults = [Vault(FileSecrets(file), "file", tmp_path / "lock") for _ in range(2)]

    def change(vault: Vault) -> None:
        for _ in range(20):
            with vault.changing():
                inside.append(1)
                worst.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=change, args=(vault,)) for vault in vaults]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(worst) == {1}
