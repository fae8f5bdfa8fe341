"""Every state of "My portal" for `screens.py`. All persons are made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.window.jobs.jobs_strip import JobLine
from app.window.shell.main_window import MainWindow
from app.words.messages import Messages
from core.language.english_numbers import counted
from core.ui.confirm import Confirm
from portal.ui.dialogs.new_share_dialog import NewShareDialog
from portal.ui.dialogs.practice_dialog import PracticeDialog
from portal.ui.dialogs.send_dialog import SendDialog
from portal.ui.dialogs.share_dialog import ShareDialog
from portal.ui.dialogs.until_dialog import UntilDialog
from portal.ui.entries import (
    ActivityLine,
    ExamCard,
    Found,
    IdentityRow,
    NewShareCard,
    SendingCard,
    SendQuestion,
    ShareCard,
    ShareQuestion,
    ShelfPersonChoice,
    Who,
)
from portal.ui.portal_panel import PortalPanel
from portal.whole_words import LATER, OF_THE_PRACTICE, away_sentences
from portal.wire.wholeness import NotHere, Wholeness

Draw = Callable[..., None]

WHO = Who("Anna MUELLER, born 4 May 1951", "anna", "Practice Dr. Weiss", "https://portal.weiss.example", local=False)
LOCAL = Who("Anna MUELLER, born 4 May 1951", "anna", "Practice portal", "http://127.0.0.1:8042", local=True)
LINK = "https://portal.radiology-practice-weiss-and-partners.example:8443/s/5GJx0Zb7kqvE2mWnT4yRcA"

DAMAGED = Wholeness("partial", 62, 63, (NotHere("damaged", 1),))
MANY = Wholeness("partial", 380, 386, (NotHere("missing", 3), NotHere("unreadable", 2), NotHere("not-copied", 1),
                                       NotHere("perhaps-unreadable", 2)))  # fmt: skip
AWAY = " ".join(away_sentences(DAMAGED))
EXAMS = (
    ExamCard("e1", "CT Thorax nativ", "12 March 2019", "", ("CT of the chest", "62 of 63 images", "201 MB"),
             "", share_text="Share Anna's CT", shares="Shared once", whole=AWAY, whole_tone="amber"),
    ExamCard("e2", "MR of the left knee without contrast agent", "20 November 2026", "",
             ("188 images", "94 MB", "1 report, not yet released"),
             "Report is Unavailable. It will be there on 24 November 2026, 10:30.", "amber",
             hint="It can be shared once its report is there.", whole=OF_THE_PRACTICE),
    ExamCard("e3", "X-ray of the chest", "2 May 2024", "", ("2 images", "17 MB"), "Report is there: Findings",
             share_text="Share Anna's X-ray", on_shelf=True, has_report=True, whole=OF_THE_PRACTICE),
    ExamCard("e4", "CT of the abdomen", "3 June 2018", "", ("380 of 386 images", "190 MB", "added by you"), "",
             share_text="Share Anna's CT", whole=" ".join(away_sentences(MANY)), whole_tone="amber"),
    ExamCard("e5", "Ultrasound of the thyroid", "2 February 2018", "", ("14 images", "9 MB", "added by you"), "",
             share_text="Share Anna's ultrasound", whole="All 14 images of the sender's copy are here."),
)  # fmt: skip

SENDING = (
    SendingCard("u1", "CT of the chest · 12 March 2019", "Anna MUELLER, born 4 May 1951",
                "180 of 386 images are at the portal · about 2 minutes left", share=0.47, running=True,
                actions=("pause", "stop")),
    SendingCard("u2", "Ultrasound of the thyroid · 2 February 2018", "Anna MUELLER, born 4 May 1951",
                "Waiting for the network. It goes on by itself; the next try is at 14:05. 4 of 14 images are there",
                "amber", share=0.3, actions=("pause", "stop", "now")),
    SendingCard("u3", "X-ray of the chest · 2 May 2024", "Anna MUELLER, born 4 May 1951",
                "1 of 2 images is at the portal.", "amber", means="1 image was not taken by the portal.",
                do="Press “Try again”. If it stays so, tell the practice.", actions=("again", "stop")),
    SendingCard("u4", "Mammogram · 7 July 2020", "Anna MUELLER, born 4 May 1951",
                "All 4 images on your shelf are at the portal, checked on 22 November 2026, 10:24", "good",
                actions=("receipt",)),
)  # fmt: skip

SHARES = (
    ShareCard("s1", "For Dr. Weiss", "CT Thorax nativ · CT of the chest · as of 22 November 2026", "Viewed", "good",
              "Opened 3 of 10 times, last on 22 November 2026, 11:02", "Until 22 December 2026", "2026-12-22",
              whole=AWAY, url=LINK, can_print=True, later=counted(LATER, 1)),
    ShareCard("s2", "For my sister", "X-ray of the chest · 2 May 2024 · images and report · download", "Active",
              "", "Opened 0 of 10 times", "Until 29 November 2026", "2026-11-29", can_print=True,
              warning="3 wrong codes were tried with this link."),
    ShareCard("s3", "For Prof. Lehmann", "CT of the chest · 12 March 2019 · images", "Expired", "amber",
              "Opened 10 of 10 times, last on 3 October 2026, 09:15", "Until 11 October 2026", "2026-10-11",
              can_edit=False, can_stop=False),
    ShareCard("s4", "For somebody", "CT of the chest · 12 March 2019 · images", "Stopped", "",
              "Opened once of 10 times", "Until 11 October 2026", "2026-10-11", can_edit=False, can_stop=False),
)  # fmt: skip

ACTIVITY = (
    ActivityLine("22 November 2026, 11:02", "Dr. Weiss opened “CT of the chest”", ("e1",)),
    ActivityLine("22 November 2026, 11:01", "A wrong code was tried for the share for Dr. Weiss. 9 tries are left.",
                 ("e1",), "amber"),
    ActivityLine("22 November 2026, 10:40", "You shared “CT of the chest” with Dr. Weiss", ("e1",)),
    ActivityLine("22 November 2026, 10:31", "You sent 386 images of “CT of the chest”", ("e1",)),
    ActivityLine("22 November 2026, 10:24", "You signed in"),
)  # fmt: skip

ROWS = (
    IdentityRow("Name", "Anna MUELLER", "Anna MUELLER"),
    IdentityRow("Born", "4 May 1951", "4 May 1951"),
    IdentityRow("Patient ID", "4711-23", ""),
)
UNCLEAR = (
    IdentityRow("Name", "Anna SCHMIDT", "Anna MUELLER", differs=True),
    IdentityRow("Born", "4 May 1951", "4 May 1951"),
    IdentityRow("Patient ID", "99120", "4711-23", differs=True),
)
STRANGER = (
    IdentityRow("Name", "Karl-Heinz VON DER TANN", "Anna MUELLER", differs=True),
    IdentityRow("Born", "17 July 1983", "4 May 1951", differs=True),
)
FACTS = ("12 March 2019", "386 images · 201 MB")


def question(verdict: Any, rows: tuple[IdentityRow, ...], *, local: bool = True) -> SendQuestion:
    """Make what is asked before a study is sent."""
    words = Messages().for_code("other-person")
    refusal = (words.what, words.means, words.do) if verdict == "other" else ("", "", "")
    receipt = "383 of 386 images on “DISC_20190312” are kept."
    return SendQuestion(
        "s0", verdict, "Anna", "CT of the chest", FACTS, receipt, "amber", rows, "Practice portal", local, refusal
    )


SHARE = ShareQuestion(
    "e3", "Anna", "X-ray of the chest", ("2 May 2024", "62 of 63 images"), True, "Practice portal", True,
    whole=f"{AWAY} The recipient is told this.", whole_tone="amber",
)  # fmt: skip
NEW_SHARE = NewShareCard(
    "s9", "for Dr. Weiss", "CT of the chest", LINK, "XD9FTP", "7KQ4M2-XD9FTP", "until 22 December 2026",
    "may be opened 10 times", True, "praxis@weiss.example", True,
)  # fmt: skip


def draw_all(window: MainWindow, panel: PortalPanel, icons: Any, draw: Draw) -> None:
    """Draw every state of the place and every question."""
    window.go_to("portal")
    _the_way_in(panel, draw)
    _the_lists(window, panel, draw)
    _the_questions(window, icons, draw)


def _the_way_in(panel: PortalPanel, draw: Draw) -> None:
    panel.show_welcome()
    draw("20-portal-empty")
    words = Messages().for_code("not-a-portal")
    panel.welcome.address.setText("portal.weiss.example")
    panel.welcome.show_problem("loss", words.what, words.means, words.do)
    draw("21-portal-no-portal")
    facts = ("Practice Dr. Weiss · 030 123456",)
    panel.welcome.show_found(Found("Portal of Dr. Weiss", facts, "https://portal.weiss.example"))
    draw("22-portal-found")
    panel.show_waiting()
    panel.waiting.show_browser("http://127.0.0.1:8042/oauth/authorize?client_id=scanshelf-desktop")
    draw("23-portal-browser")


def _the_lists(window: MainWindow, panel: PortalPanel, draw: Draw) -> None:
    panel.show_home(WHO)
    panel.exams.show_exams([])
    draw("24-portal-no-exams")
    panel.show_home(LOCAL)
    panel.exams.show_exams(EXAMS)
    for tab, count in (("exams", 5), ("sending", 2), ("shared", 2)):
        panel.set_count(tab, count)  # type: ignore[arg-type]
    draw("25-portal-exams")
    _the_troubles(panel, draw)
    panel.go_to("sending")
    panel.sending.show_sending(SENDING)
    window.strip.show_job(JobLine("9", "Sending “CT of the chest” · 180 of 386 images · about 2 minutes left", 0.47))
    draw("26-portal-sending")
    window.strip.end_job("9")
    panel.go_to("shared")
    panel.shared.show_shares(SHARES)
    draw("27-portal-shared")
    panel.go_to("activity")
    panel.activity.show_activity(ACTIVITY, [("e1", "CT of the chest, 12 March 2019")])
    draw("28-portal-activity")
    many = [(f"m{n}", f"MR of the left knee without contrast agent, repeated {n}, 12 March 2019") for n in range(30)]
    panel.activity.show_activity(ACTIVITY, many)
    draw("28-portal-activity-of-many")


def _the_troubles(panel: PortalPanel, draw: Draw) -> None:
    """Draw what is said above the lists where a portal means harm, or nothing can be kept or printed."""
    for code in ("portal-answer", "link-refused", "not-printed", "invitation-not-saved", "downloads-unusable"):
        words = Messages().for_code(code)
        panel.tell("loss", words.what, words.means, words.do)
        draw(f"25-trouble-{code}")
    panel.hush()
    rich = "<img src='http://elsewhere.example/seen.png'><b>CT</b> of the chest"
    panel.exams.show_exams([replace(EXAMS[0], title=rich, person="<a href='file:///etc'>Anna</a>"), *EXAMS[1:]])
    draw("25-portal-foreign-text")
    panel.exams.show_exams(EXAMS)


def _the_questions(window: MainWindow, icons: Any, draw: Draw) -> None:
    person = ShelfPersonChoice("Anna MUELLER", "born 4 May 1951", "MUELLER^ANNA", "19510504", "4711-23")
    stop = Confirm(
        "Stop sharing with Dr. Weiss?",
        ("The link and the code open nothing any more, at once and for good.",
         "Copies that were already downloaded cannot be recalled."),
        "Stop sharing",
        parent=window,
    )  # fmt: skip
    questions: tuple[tuple[str, QWidget], ...] = (
        ("29-portal-practice", PracticeDialog((person,), window, has_account=True)),
        ("30-portal-send", SendDialog(icons, question("same", ROWS), window)),
        ("31-portal-send-perhaps", SendDialog(icons, question("perhaps", UNCLEAR, local=False), window)),
        ("32-portal-send-other", SendDialog(icons, question("other", STRANGER, local=False), window)),
        ("33-portal-share", ShareDialog(icons, SHARE, window)),
        ("34-portal-share-made", NewShareDialog(icons, NEW_SHARE, window)),
        ("35-portal-until", UntilDialog("s1", "2026-12-22", 365, "2026-11-22", window)),
        ("36-portal-stop", stop),
    )
    for name, dialog in questions:
        dialog.show()
        draw(name, dialog)
        dialog.close()
        dialog.deleteLater()
