"""A name that had to be guessed is shown to the person, never taken for the account's."""

from __future__ import annotations

from pathlib import Path

from library.shelf import Library
from portal.client.upload.whose_account import check_identity
from portal.names import AccountId
from portal.wire.accounts import Account
from portal.wire.people import Person, Practice
from tests.unit.library.material import incoming

NAME = "ИВАНОВ^ИВАН"
OURS = Person(NAME, "19490302", "PID42", None, "F")


def verdict(folder: Path, doubtful: tuple[tuple[str, str], ...]) -> tuple[str, bool]:
    with Library.open(folder) as library:
        import_id = library.begin_import("folder", "disc", "/disc")
        library.commit([incoming(library, b"image", patient_name=NAME, doubtful=doubtful)], import_id)
        [study] = library.studies()
        found = check_identity(Account(AccountId("a1"), "anna", (OURS,), Practice("Practice")), study)
    return found.verdict, found.name_guessed


def test_a_guessed_name_is_perhaps_the_accounts(tmp_path: Path) -> None:
    raw = NAME.encode("cp1251").decode("latin_1")
    assert verdict(tmp_path / "one", (("patient_name", raw),)) == ("perhaps", True)


def test_a_name_that_was_said_is_the_accounts(tmp_path: Path) -> None:
    assert verdict(tmp_path / "two", ()) == ("same", False)
