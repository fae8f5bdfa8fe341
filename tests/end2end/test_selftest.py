"""`scanshelf selftest` tries what the program needs and says how each went."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.cli.selftest import READER_LAYERS, describe_sandbox
from tests.end2end.program import Said, scanshelf


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Path]:
    """Try everything once, with a shelf that is not there yet; a try takes seconds."""
    folder = tmp_path_factory.mktemp("selftest")
    return scanshelf("selftest", "--json", "--library", folder / "new" / "shelf"), folder


def test_everything_works_here_and_is_named(tried: tuple[Said, Path]) -> None:
    said, _folder = tried
    checks = {check["name"]: check for check in said.document["checks"]}
    assert [name for name, check in checks.items() if not check["ok"]] == []
    assert (said.status, said.document["ok"]) == (0, True)
    assert {
        "worker",
        "sandbox",
        "sandbox of the disc reader",
        "Qt",
        "Qt SVG pictures",
        "Qt window plug-in",
        "fonts",
    } <= set(checks)
    assert {"shelf", "keyring", "portal", "time zones"} <= set(checks)
    assert len([name for name in checks if name.startswith("codec ")]) > 20
    if sys.platform == "linux":
        assert "seccomp" in checks["sandbox"]["detail"]
        assert "seccomp" in checks["sandbox of the disc reader"]["detail"]


@pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")
def test_a_layer_this_system_lacks_is_told_with_what_that_means_and_fails_nothing() -> None:
    check = describe_sandbox("sandbox", ["seccomp", "limits"], READER_LAYERS)
    assert check.ok
    assert "not on this system: landlock (" in check.detail
    assert "namespace (code hidden in a disc's files could ask whether a file exists, but not open it)" in check.detail


def test_every_decoder_of_the_program_answers(tried: tuple[Said, Path]) -> None:
    from dicom.pixels.codecs import DECODERS

    said, _folder = tried
    answered = {check["name"] for check in said.document["checks"] if check["ok"]}
    wanted = {f"decoder {codec}: {name}" for codec, decoders in DECODERS.items() for name, _ in decoders}
    assert (wanted | {"decoder colour profiles: imagecodecs.cms"}) - answered == set()


@pytest.mark.long
def test_in_words_each_check_is_a_line_and_the_last_says_the_sum() -> None:
    said = scanshelf("selftest")
    lines = said.output.splitlines()
    assert all(line.startswith("ok") for line in lines[:-1])
    assert lines[-1] == "Everything works."


@pytest.mark.long
def test_a_shelf_that_cannot_be_written_fails_and_is_not_made(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("in the way")
    said = scanshelf("selftest", "--json", "--library", place)
    shelf = next(check for check in said.document["checks"] if check["name"] == "shelf")
    assert (said.status, shelf["ok"]) == (1, False)
    assert place.read_text() == "in the way"


def test_the_self_test_makes_no_shelf(tried: tuple[Said, Path]) -> None:
    said, folder = tried
    assert said.status == 0
    assert list(folder.iterdir()) == []
