"""Which of cli.md's codes fits a file that is not DICOM, by its first bytes and its name; it is never opened for it."""

from __future__ import annotations

from pathlib import PurePosixPath

from dicom.model import FileCode

_PROGRAM_ENDINGS = frozenset(
    [
        ".exe",
        ".dll",
        ".com",
        ".bat",
        ".cmd",
        ".msi",
        ".scr",
        ".pif",
        ".vbs",
        ".vbe",
        ".wsf",
        ".ps1",
        ".jar",
        ".jnlp",
        ".pkg",
        ".sh",
        ".so",
        ".dylib",
        ".sys",
        ".ocx",
        ".class",
        ".command",
        ".deb",
        ".rpm",
        ".appimage",
        ".apk",
    ]
)
_PROGRAM_KINDS = frozenset({"program", "script", "autorun"})
_DOCUMENT_ENDINGS = frozenset([".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".xps", ".oxps"])
_ARCHIVE_KINDS = frozenset({"zip", "gzip", "7z", "rar"})


# In the name of a file, or of one packed into it: the ZIP files that programs and letters are.
_DOCUMENT_MARKS = (b"[Content_Types].xml", b"mimetype", b"META-INF/", b"AndroidManifest.xml")


def is_document(path: str, first: bytes, tail: bytes) -> bool:
    """Tell whether a ZIP file is a program or a letter: by what is in it, not by its name alone."""
    ending = PurePosixPath(path.casefold()).suffix
    if ending not in _DOCUMENT_ENDINGS and ending not in _PROGRAM_ENDINGS:
        return False
    return any(mark in first or mark in tail for mark in _DOCUMENT_MARKS)


def code_of_other(path: str, kind: str) -> FileCode:
    """Name a file that is not DICOM; `kind` is what its first bytes begin (`dicom/reading/recognise.py`)."""
    name = PurePosixPath(path).name.casefold()
    ending = PurePosixPath(name).suffix
    if name == "autorun.inf" or kind in _PROGRAM_KINDS or ending in _PROGRAM_ENDINGS:
        return "viewer-program"
    if ending in {".p7m", ".pgp", ".gpg", ".age", ".axx", ".hc", ".tc"}:
        return "encrypted"
    if kind in _ARCHIVE_KINDS and ending not in _DOCUMENT_ENDINGS:
        return "archive"
    return "not-dicom"
