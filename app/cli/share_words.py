"""Shares in words, for people at a terminal."""

from __future__ import annotations

from app.words.english_numbers import counted
from app.words.moments import day_words, moment_words
from portal.exam_names import exam_name
from portal.whole_words import LATER, away_sentences
from portal.wire.sharing import Share

STATUS = {"active": "Active", "viewed": "Viewed", "expired": "Expired", "revoked": "Revoked"}


def status_words(share: Share) -> str:
    """Say a share's status and how often it was opened: "Viewed, 1 of 10"."""
    return f"{STATUS.get(share.status, share.status)}, {share.accesses_used} of {share.max_accesses}"


def short(share: Share) -> list[str]:
    """Say the least: what, for whom, status, until when, id."""
    whom = f" for {share.label}" if share.label else ""
    return [f"{exam_name(share)}{whom}: {status_words(share)}, {_until(share)}", f"    {share.id}"]


def full(share: Share) -> list[str]:
    """Say everything there is to a share; its codes are not among that."""
    lines = [*short(share), f"    made on {moment_words(share.created_at)}"]
    if share.last_opened_at:
        lines.append(f"    last opened on {moment_words(share.last_opened_at)}")
    if share.revoked_at:
        lines.append(f"    revoked on {moment_words(share.revoked_at)}")
    lines.append(f"    {_what(share)}")
    lines.append(f"    {counted('%n part(s)', len(share.studies))}, as of the day it was made")
    if share.later:
        lines.append(f"    {counted(LATER, len(share.later))} To share that too, make another share.")
    if away := " ".join(away_sentences(share.wholeness)):
        lines.append(f"    {away}")
    if share.locked:
        lines.append("    Locked: too many wrong codes were tried. Revoke it and make a new share.")
    elif share.wrong_codes:
        lines.append(f"    {counted('%n wrong code(s) (was|were) tried.', share.wrong_codes)}")
    return lines


def _until(share: Share) -> str:
    ended = share.status in {"expired", "revoked"}
    return f"{'was shared until' if ended else 'until'} {day_words(share.expires_at)}"


def _what(share: Share) -> str:
    parts = [word for word, there in (("images", share.include_images), ("report", share.include_report)) if there]
    return f"{' and '.join(parts)}; {'may' if share.allow_download else 'may not'} be downloaded"
