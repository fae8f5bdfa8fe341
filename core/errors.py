"""The errors of Scanshelf.

    ScanshelfError            the world failed; has a stable code and facts, no sentences
    |-- SourceError           a disc, stick, folder, ISO or ZIP
    |-- DicomError            one DICOM object: its header, its data set, its pixels
    |-- WorkerError           a worker process died, hung or took too much
    |-- LibraryError          the shelf
    `-- PortalError           the account, or a server that is sent to
    Cancelled                 the person stopped the job (not a failure)

Anything else that is raised is our bug. Words for the codes are in `app/words/messages.py`.
"""

from __future__ import annotations

from typing import ClassVar


class ScanshelfError(Exception):
    """The world failed in a way the program knows; `code` is stable, `facts` are for words and JSON."""

    codes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return self.code


class SourceError(ScanshelfError):
    """A disc, stick, folder, ISO or ZIP cannot be used."""

    codes = frozenset(
        {
            "source-absent",
            "source-refused-access",
            "source-unopenable",
            "medium-gone",
            "no-images",
            "several-patients",
            "patient-unknown",
            "study-unknown",
            "password-needed",
            "stopped",
        }
    )


class DicomError(ScanshelfError):
    """One DICOM object cannot be read, decoded or shown."""

    codes = frozenset(
        {
            "not-dicom",
            "header-damaged",
            "truncated",
            "encrypted",
            "unreadable",
            "refused-limit",
            "unsupported-transfer-syntax",
            "decode-failed",
            "no-pixels",
            "frame-absent",
            "changed",
        }
    )


class WorkerError(ScanshelfError):
    """A worker process did not do its job."""

    codes = frozenset({"worker-died", "decode-timeout", "worker-memory", "worker-unavailable", "task-failed"})


class LibraryError(ScanshelfError):
    """The shelf cannot be used as asked."""

    codes = frozenset(
        {
            "library-newer",
            "library-older",
            "library-damaged",
            "library-read-only",
            "library-in-use",
            "library-unusable",
            "no-space",
            "not-on-shelf",
            "several-patients",
        }
    )


class PortalError(ScanshelfError):
    """The account, or a server that is sent to, cannot be used as asked; also what a portal itself answers."""

    codes = frozenset(
        {
            "practice-portal-elsewhere",
            "practice-portal-silent",
            "portal-unreachable",
            "portal-certificate",
            "portal-insecure",
            "not-a-portal",
            "portal-answer",
            "receipt-unsigned",
            "receipt-key-changed",
            "receipt-false",
            "no-receipt",
            "portal-unavailable",
            "sign-in-needed",
            "server-answer",
            "server-sign-in",
            "other-account",
            "sign-in-refused",
            "sign-in-timeout",
            "no-portal",
            "keyring-refused",
            "token-file-unsafe",
            "token-file-absent",
            "download-incomplete",
            "downloads-unusable",
            "link-refused",
            "not-printed",
            "no-such-upload",
            "no-such-exam",
            "no-such-share",
            "not-uploaded",
            "nothing-to-send",
            "portal-in-use",
            "portal-data-newer",
            "portal-needs-https",
            "portal-address-in-use",
            "portal-certificate-files",
            "portal-database-unknown",
            "portal-store-unknown",
            "activation-code-unknown",
            "activation-code-over",
            "user-name-taken",
            "user-name-rules",
            "password-rules",
            "no-such-account",
            "no-second-factor",
            "no-such-practice",
            "practice-there",
            "account-elsewhere",
            "has-account",
            "invitation-incomplete",
        }
    )


class Cancelled(Exception):  # noqa: N818 - not a failure, so not named one
    """The person stopped the job."""
