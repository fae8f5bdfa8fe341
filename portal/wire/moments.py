"""Moments as the wire holds them: UTC, ISO 8601 with seconds and "Z"."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """Write a moment as the wire holds it: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_utc(text: str) -> datetime:
    """Read a moment of the wire; raises `ValueError`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
