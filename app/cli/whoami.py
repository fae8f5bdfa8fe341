"""`scanshelf whoami`: who is signed in, and where."""

from __future__ import annotations

import argparse
import math
from datetime import UTC, datetime, timedelta

from app.cli.portal_account import LOCAL, signed_in
from app.cli.run import DONE
from app.cli.summaries import shown_date
from app.cli.terminal import Terminal
from dicom.people.names import display_name
from portal.wire.json_values import to_json
from portal.wire.moments import parse_utc
from portal.wire.people import Person

WARNED_DAYS = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments: there are none."""


def run(arguments: argparse.Namespace) -> int:
    """Ask the portal who it takes us for."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    with signed_in(arguments, terminal) as portal:
        account, about = portal.whoami(), portal.well_known()
    if terminal.json:
        terminal.document({"portal": portal.url, "name": about.portal, "local": about.local, **to_json(account)})
        return DONE
    terminal.say(f"{account.user_name} at {about.portal} ({portal.url})")
    for person in account.persons:
        terminal.say(f"    {person_words(person)}")
    if account.rests_at and days_left(account.rests_at) <= WARNED_DAYS:
        terminal.say(f"The account rests from {account.rests_at[:10]}. To keep it open, sign in again: scanshelf login")
    if about.local:
        terminal.say(LOCAL)
    return DONE


def days_left(moment: str) -> float:
    """Give the days to a moment of the wire; many for what is none."""
    try:
        return (parse_utc(moment) - datetime.now(UTC)) / timedelta(days=1)
    except (ValueError, OverflowError):
        return math.inf


def person_words(person: Person) -> str:
    """Name a person with birth date and Patient ID."""
    born = shown_date(person.patient_birth_date)
    parts = [display_name(person.patient_name) or "No name", f"born {born}" if born else None]
    parts.append(f"ID {person.patient_id}" if person.patient_id else None)
    return ", ".join(part for part in parts if part)
