"""Which files of the program are changed, and which tests are asked about each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.tools import REPOSITORY

_ONLY_WORDS = {"series_words.py", "part_words.py", "reporting.py"}


@dataclass(frozen=True)
class Room:
    """Some folders or files of the program, and the tests that watch them."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]

    def files(self) -> list[str]:
        """List the files, with `/` between folders, from the repository; what is drawn or only said is left out."""
        found = set()
        for source in self.sources:
            place = REPOSITORY / source
            found.update(place.rglob("*.py") if place.is_dir() else [place])
        kept = [path for path in found if "ui" not in path.parts and path.name not in _ONLY_WORDS]
        return sorted(path.relative_to(REPOSITORY).as_posix() for path in kept)


_LOADING = ("test_loader.py", "test_loading.py", "test_set_window.py", "test_cache.py", "test_two_viewports.py")
_OPENING = ("test_open_study.py", "test_two_viewports.py", "test_counting.py")
_SHARING = (
    "access/test_every_rule.py",
    "sharing/test_every_rule.py",
    "sharing/test_sessions.py",
    "sharing/test_guessing.py",
    "sharing/test_codes.py",
    "sharing/test_status.py",
    "sharing/test_once.py",
    "sharing/test_paper.py",
    "sharing/test_redeeming.py",
    "sharing/test_telling.py",
    "access/test_what_is_told_and_kept.py",
    "exams/test_release.py",
)
_PEOPLE = ("test_who_is_here.py", "test_whose.py", "test_people.py", "test_discretion.py")
_UPLOADING = ("test_every_answer.py", "test_parts.py", "test_left_out.py", "test_healed.py", "test_guessed_names.py")


def _in(folder: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"tests/unit/{folder}/{name}" for name in names)


ROOMS = {
    "study": Room(("viewer/study", "viewer/layout.py"), _in("viewer", _OPENING)),
    "people": Room(("importer/people",), _in("importer", _PEOPLE)),
    "upload": Room(
        ("portal/client/upload", "library/waiting_to_send.py"),
        (*_in("portal/client/upload", _UPLOADING), "tests/unit/library/test_uploads.py"),
    ),
    "sharing": Room(("portal/server/sharing", "portal/server/access"), _in("portal/server", _SHARING)),
    "series": Room(("dicom/series",), _in("viewer", ("test_display_sets.py", "test_kinds.py"))),
    "frames": Room(("viewer/frames",), _in("viewer", _LOADING)),
    "library": Room(("library",), ("tests/unit/library",)),
}
