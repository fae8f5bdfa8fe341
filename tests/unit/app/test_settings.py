"""Settings are read once, written whole, and a broken file costs nothing but itself."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app import settings
from app.places import library_folder, settings_folder
from app.settings import Settings, SettingsStore


def test_without_a_file_the_settings_are_the_usual_ones(tmp_path: Path) -> None:
    assert SettingsStore(tmp_path).settings == Settings()


def test_what_was_changed_is_there_the_next_time(tmp_path: Path) -> None:
    SettingsStore(tmp_path).change(text_size=150, appearance="dark", columns={"when": 120})
    assert SettingsStore(tmp_path).settings == Settings(text_size=150, appearance="dark", columns={"when": 120})


def test_nothing_is_written_while_nothing_changes(tmp_path: Path) -> None:
    SettingsStore(tmp_path).change(text_size=100)
    assert list(tmp_path.iterdir()) == []


def test_only_the_one_file_is_left_behind(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    store.change(text_size=115)
    store.change(text_size=130)
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"version": "1"}', '{"version": 1, "library_folder": 7}', "[" * 100_000],
)
def test_a_broken_file_is_set_aside_and_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text, encoding="utf-8")
    store = SettingsStore(tmp_path)
    assert store.settings == Settings()
    assert store.set_aside is not None
    assert store.set_aside.read_text(encoding="utf-8") == text


def test_bytes_that_are_no_text_are_set_aside(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_bytes(b"\xff\xfe\x00broken")
    assert SettingsStore(tmp_path).set_aside is not None


def test_a_newer_file_gives_what_is_understood(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"version": 9, "text_size": 130, "moon": true}', encoding="utf-8")
    assert SettingsStore(tmp_path).settings == Settings(text_size=130)


def test_values_out_of_bounds_are_brought_back(tmp_path: Path) -> None:
    document = {"version": 1, "text_size": 9000, "appearance": "pink", "columns": {"when": -4, "kind": 90}}
    (tmp_path / "settings.json").write_text(json.dumps(document), encoding="utf-8")
    assert SettingsStore(tmp_path).settings == Settings(text_size=200, columns={"kind": 90})


def test_a_disk_that_refuses_leaves_the_choice_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    store = SettingsStore(tmp_path / "file")
    assert store.change(text_size=130).text_size == 130
    assert store.unsaved is not None


def test_the_folder_set_in_the_window_is_the_shelf_of_every_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCANSHELF_LIBRARY")
    SettingsStore(settings_folder()).change(library_folder=str(tmp_path / "here"))
    assert library_folder() == tmp_path / "here"
    assert library_folder(str(tmp_path / "there")) == tmp_path / "there"


@pytest.mark.parametrize(
    "absurd",
    [
        {"text_size": "large"},
        {"text_size": True},
        {"text_size": None},
        {"columns": []},
        {"columns": {"kind": 0, "when": True, "images": None, "portal": 1e9}},
        {"window": 7},
        {"welcomed": "yes"},
        {"appearance": "pink", "place": ["shelf"]},
    ],
)
def test_one_absurd_value_leaves_the_others_as_the_person_chose_them(tmp_path: Path, absurd: dict[str, object]) -> None:
    chosen = {"version": 1, "library_folder": "/shelf", "last_folder": "/discs"}
    (tmp_path / "settings.json").write_text(json.dumps({**chosen, **absurd}), encoding="utf-8")
    store = SettingsStore(tmp_path)
    assert store.settings == Settings(library_folder="/shelf", last_folder="/discs")
    assert store.set_aside is None


@pytest.mark.parametrize("said, taken", [(-5, 100), (0, 100), (137, 130), (101, 100), (10**12, 200)])
def test_a_text_size_nobody_offers_becomes_the_nearest_one(tmp_path: Path, said: int, taken: int) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"version": 1, "text_size": said}), encoding="utf-8")
    assert SettingsStore(tmp_path).settings.text_size == taken


def test_a_shelf_without_a_name_is_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"version": 1, "library_folder": ""}', encoding="utf-8")
    assert SettingsStore(tmp_path).settings.library_folder is None


def test_a_slow_disk_keeps_nobody_waiting_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, write = threading.Event(), settings.write_whole
    written: list[str] = []

    def slowly(path: Path, text: str) -> None:
        written.append(text)
        answers.wait()
        write(path, text)

    monkeypatch.setattr(settings, "write_whole", slowly)
    store = SettingsStore(tmp_path, beside=True)
    for size in (115, 130, 150):
        assert store.change(text_size=size).text_size == size
    assert not (tmp_path / "settings.json").exists()
    answers.set()
    store.flush()
    assert SettingsStore(tmp_path).settings.text_size == 150
    assert len(written) <= 3
    store.change(text_size=175)
    store.flush()
    assert SettingsStore(tmp_path).settings.text_size == 175


CHANGING = """
import sys
from pathlib import Path
from app.settings import SettingsStore
store = SettingsStore(Path(sys.argv[1]), beside=True)
for number in range(1, 100_000):
    store.change(last_folder=str(number))
    if number % 10 == 0:
        store.flush()
        print(number, flush=True)
"""


def test_a_program_that_is_killed_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", CHANGING, tmp_path], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        kept = 0
        while kept < 50:
            kept = int(program.stdout.readline())
        program.kill()
        kept = max([kept, *(int(line) for line in program.stdout if line.endswith("\\n"))])
    store = SettingsStore(tmp_path)
    assert store.set_aside is None
    assert int(store.settings.last_folder) >= kept


def test_a_program_that_ends_keeps_its_last_change(tmp_path: Path) -> None:
    script = CHANGING.partition("for number")[0] + "store.change(last_folder='the last')"
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True)
    assert SettingsStore(tmp_path).settings.last_folder == "the last"
