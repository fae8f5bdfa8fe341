"""Moments of the portal (UTC) as people here read them: "14 March 2026 at 10:15"."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo

from core.language.calendar_words import day_in_words
from portal.wire.moments import parse_utc, utc_text


def moment_words(text: str | None, zone: tzinfo | None = None) -> str:
    """Say a moment in local time; what is no moment stays as it was said."""
    moment = _local(text, zone)
    return text or "" if moment is None else f"{day_in_words(moment.date())} at {moment:%H:%M}"


def day_words(text: str | None, zone: tzinfo | None = None) -> str:
    """Say the local day of a moment."""
    moment = _local(text, zone)
    return text or "" if moment is None else day_in_words(moment.date())


def end_of_day(text: str, zone: tzinfo | None = None) -> str:
    """Give the UTC moment that a day (2026-12-31, its end here) or a full moment means; raises `ValueError`."""
    if "T" not in text and ":" not in text:
        local = datetime.combine(date.fromisoformat(text), time(23, 59, 59))
        return utc_text(local.replace(tzinfo=zone) if zone else local.astimezone())
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return utc_text(moment if moment.tzinfo else moment.replace(tzinfo=zone) if zone else moment.astimezone())


def _local(text: str | None, zone: tzinfo | None) -> datetime | None:
    if not text:
        return None
    try:
        return parse_utc(text).astimezone(zone)
    except (ValueError, OverflowError):
        return None
