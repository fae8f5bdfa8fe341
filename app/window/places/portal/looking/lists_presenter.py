"""Exams, shares and activity as they were seen last, drawn only where they are others than those that are drawn."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.actions.looking import Seen
from app.window.places.portal import words as say
from app.window.places.portal.looking.activity_words import activity_lines, exam_choices
from app.window.places.portal.parts import PortalParts
from portal.exam_names import exam_name

if TYPE_CHECKING:
    from portal.wire.activity import Activity
    from portal.wire.exams import Exam
    from portal.wire.sharing import Share


class ListsPresenter:
    """Notes in the known account what was seen, and draws it."""

    def __init__(self, parts: PortalParts) -> None:
        self._panel, self._session, self._account = parts.panel, parts.session, parts.account
        self._shown: dict[str, object] = {}  # what each list was made of

    def show(self, seen: Seen) -> bool:
        """Show what was seen; tells whether anything of it is new."""
        try:
            news = [
                seen.exams is not None and self.show_exams(seen.exams, seen.on_shelf),
                seen.shares is not None and self._show_shares(seen.shares),
                seen.activity is not None and self._show_activity(seen.activity),
            ]
        except BaseException:
            self.forget()  # nobody knows what is drawn: the next look draws all again
            raise
        return any(news)

    def forget(self) -> None:
        """Draw all again when it is seen the next time."""
        self._shown.clear()

    def show_exams(self, exams: list[Exam], on_shelf: frozenset[str]) -> bool:
        """Show exams, and which of them lie on the shelf; tells whether anything of it is new."""
        home = self._account.home
        self._account.exams = exams
        several = home is not None and len(home.account.persons) > 1
        here = [all(study.study_instance_uid in on_shelf for study in exam.studies) for exam in exams]
        news = self._is_news("exams", exams, here, several)
        if news:
            cards = [say.exam_card(exam, kept, several) for exam, kept in zip(exams, here, strict=True)]
            self._panel.exams.show_exams(cards)
            self._panel.set_count("exams", len(cards))
        return news

    def _show_shares(self, shares: list[Share]) -> bool:
        self._account.shares = shares
        links = self._session.links()
        news = self._is_news("shares", shares, dict(links))
        if news:
            self._panel.shared.show_shares([say.share_card(share, links.get(share.id, "")) for share in shares])
            self._panel.set_count("shared", sum(share.status in {"active", "viewed"} for share in shares))
        return news

    def _show_activity(self, activity: list[Activity]) -> bool:
        exams, shares = self._account.exams, self._account.shares
        news = self._is_news("activity", activity, exams, shares)
        if news:
            names: dict[str, str] = {exam.id: exam_name(exam).main for exam in exams}
            lines = activity_lines(activity, names, {share.id: share for share in shares})
            self._panel.activity.show_activity(lines, exam_choices(exams))
        return news

    def _is_news(self, name: str, *made_of: object) -> bool:
        """Tell whether a list is made of something else than it was, or on another day; note what it is made of now."""
        now = (*made_of, date.today())
        before, self._shown[name] = self._shown.get(name), now
        return before != now
