"""Sharing exams: making and ending shares, the invitation, and how many there are as the shelf shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import LibraryError

if TYPE_CHECKING:
    from library.shelf import Library
    from portal.client.account import Portal
    from portal.client.share_links import ShareLinks
    from portal.names import ShareId
    from portal.wire.people import Practice
    from portal.wire.sharing import NewShare, Share, ShareRequest
    from portal.wire.well_known import WellKnown

LIVE = frozenset({"active", "viewed"})


def share_links(settings_folder: Path) -> ShareLinks:
    """Give what keeps the links of shares that are made on this computer."""
    from portal.client.share_links import ShareLinks

    return ShareLinks(settings_folder / "share-links.json")


def make(portal: Portal, links: ShareLinks, request: ShareRequest) -> NewShare:
    """Make a share; its link is kept here, its code is not."""
    made = portal.create_share(request)
    links.keep(portal.url, made.share.id, made.url)
    return made


def stop(portal: Portal, links: ShareLinks, share: ShareId) -> Share:
    """End a share for good."""
    ended = portal.revoke_share(share)
    links.forget(portal.url, share)
    return ended


def invitation(portal: Portal, links: ShareLinks, share: ShareId, code: str | None) -> bytes:
    """Have the portal draw the invitation (PDF), with the link and the code where they are known here."""
    return portal.invitation(share, links.of(portal.url).get(share), code)


def draw_invitation(made: NewShare, about: WellKnown, practice: Practice, *, code_apart: bool) -> bytes:
    """Draw the invitation (PDF) of a share that was just made, here."""
    from portal.invitation import invitation_pdf, sheet_of

    return invitation_pdf(sheet_of(made, about, practice, second_sheet=code_apart))


def note_on_shelf(library: Library, portal: str, shares: Iterable[Share]) -> None:
    """Note on the shelf how many shares live of each study."""
    library.note_shares(portal, Counter(str(uid) for share in shares if share.status in LIVE for uid in share.studies))


def note_in(folder: Path, portal: str, shares: Iterable[Share]) -> None:
    """Do so on the shelf of a folder; one that is absent or in use is left as it is."""
    from app.build import open_library

    if not folder.is_dir():
        return
    with suppress(LibraryError), open_library(folder) as library:
        note_on_shelf(library, portal, shares)
