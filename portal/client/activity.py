"""What happened with the account's exams and shares."""

from __future__ import annotations

from portal.client.connecting.known_answers import KnownAnswers
from portal.client.connecting.pages import all_items, in_path, named
from portal.wire.activity import Activity, ActivityPage
from portal.wire.addresses import API_PATH


def list_activity(known: KnownAnswers, exam: str | None = None, share: str | None = None) -> list[Activity]:
    """List it newest first: in all, with an exam, or with a share."""
    path = f"{API_PATH}/exams/{in_path(exam)}/activity" if exam and not share else f"{API_PATH}/audit"
    chosen = {name: value for name, value in (("exam", exam), ("share", share)) if value and share}
    with named("no-such-share" if share else "no-such-exam", share or exam or ""):
        return all_items(
            lambda params: known.ask(ActivityPage, path, {**chosen, **params}),
            lambda page: page.next_cursor,
            lambda page: page.activity,
            lambda each: each.id,
        )
