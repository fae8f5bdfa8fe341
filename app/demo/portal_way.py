"""The way from the shelf to a doctor's browser, through the practice portal's own doors: nothing behind its back."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from app.actions import sending
from app.demo.browsing.doctor import ADDRESS, NAME, open_share
from app.demo.browsing.person import ADDRESS as MARTHAS_ADDRESS
from app.demo.browsing.person import SamplePersonAtHome
from app.demo.mailbox import letter_to, link_in, words_of
from app.demo.media.objects import MARTHA
from app.demo.media.sample_disc import SampleDisc
from app.demo.story import Step, Story
from app.demo.way import Places
from app.practice_portal.running import PracticePortal
from core.job import Job
from dicom.people.same_person import display_name
from library.shelf import Library
from portal.client.account import Portal
from portal.client.signing_in.secrets import MemorySecrets
from portal.client.signing_in.vault import Vault
from portal.wire.sharing import NewShare, Share, ShareRequest


@dataclass(frozen=True, slots=True)
class PortalWay:
    """Walks on where the disc's way ended; each step tells the story and leaves what the next one needs."""

    practice: PracticePortal
    library: Library
    places: Places
    story: Story
    job: Job

    def walk(self, disc: SampleDisc) -> None:
        """Sign in, send, share, be the doctor, look what happened."""
        portal = self.sign_in()
        try:
            self.send(portal, disc)
            made = self.share(portal, disc)
            self.open_as_doctor(made, disc)
            self.look_what_happened(portal, made)
        finally:
            portal.close()

    def sign_in(self) -> Portal:
        """Take over the account the practice made, in the browser."""
        url = self.practice.start(self.job)
        person_facts = (MARTHA.patient_name, MARTHA.patient_birth_date, MARTHA.patient_id)
        code = self.practice.invite(url, *person_facts, email=MARTHAS_ADDRESS)
        letter = letter_to(self.places.mailbox, MARTHAS_ADDRESS, code, self.job) if code else None
        person = SamplePersonAtHome(code, self.places.pictures, self.job)
        portal = person.sign_in(url, Vault(MemorySecrets(), "memory"))
        account = portal.whoami()
        step = Step("sign-in", "Take over the account the practice made, and sign in")
        step.figures = {"user_name": account.user_name, "browser": _browser(person.by_browser)}
        step.wrong += person.complaints
        step.pictures += map(str, person.pictures)
        step.check("person of the account", [each.patient_name for each in account.persons], [MARTHA.patient_name])
        step.check("portal on this computer", portal.well_known().local, True)
        if letter is not None:
            step.check("name in the letter's subject", _names_in(letter["Subject"]), [])
        way = "in Chromium" if person.by_browser else "over HTTP, since there is no Chromium here"
        self.story.tell(
            step,
            [
                f"practice portal on this computer: {url}",
                *([f"its letter to {MARTHAS_ADDRESS}: “{letter['Subject']}”, with the code"] if letter else []),
                f"{display_name(MARTHA.patient_name)} signed in as {account.user_name}, {way}",
            ],
        )
        return portal

    def send(self, portal: Portal, disc: SampleDisc) -> None:
        """Send the study; it is there when the portal's own list says so."""
        started = time.monotonic()
        account = portal.whoami().id
        uploads = sending.queue_up(self.library, disc.study_instance_uids[:1], portal.url, "portal", account=account)
        sent = sending.send_now(
            self.library, uploads, sending.account_target(portal), self.job, sending.bandwidth_of(0)
        )
        if sent.problem is not None:
            raise sent.problem
        (report,), (upload,) = sent.reports, uploads
        taken = time.monotonic() - started
        items = self.library.upload_items(upload)
        proven = [item for item in items if item.proven]
        studies = [study for exam in portal.exams() for study in exam.studies]
        step = Step("send", "Send the study to the account")
        step.figures = {"instances": report.instances, "stored": report.stored, "already": report.already}
        step.figures |= {"proven": len(proven), "left": len(report.left), "bytes": sum(item.size for item in proven)}
        step.check("left behind", [each.code for each in report.left], [])
        step.check("proven", len(proven), disc.on_disc)
        step.check("images the account lists", sum(study.instances for study in studies), len(proven))
        self.story.tell(
            step,
            [
                f"{len(proven)} of {report.instances} images are there: the portal read each again and has the same "
                "hash",
                f"{int(step.figures['bytes']) / 1e6:.0f} MB in {taken:.1f} s",
            ],
        )

    def share(self, portal: Portal, disc: SampleDisc) -> NewShare:
        """Share it with one doctor."""
        made = portal.create_share(ShareRequest(studies=disc.study_instance_uids[:1], label=NAME, email=ADDRESS))
        letter = letter_to(self.places.mailbox, ADDRESS, made.url, self.job)
        step = Step("share", f"Share it with {NAME}")
        step.figures = {"status": made.share.status, "accesses": made.share.max_accesses}
        step.check("status", _status(made.share), "Active, 0 of 10")
        step.check("code in the letter", made.verification_code in words_of(letter), False)
        step.check("link of the letter", link_in(letter), made.url)
        step.check("name in the letter", _names_in(words_of(letter) + letter["Subject"]), [])
        step.check("person of the share", made.share.person.patient_name, MARTHA.patient_name)
        self.story.tell(
            step,
            [
                f"link {made.url}, in a letter to {ADDRESS}: “{letter['Subject']}”",
                f"verification code {made.verification_code}, in no letter: to be told by another way",
                f"works until {made.share.expires_at[:10]}, {made.share.max_accesses} times: {_status(made.share)}",
            ],
        )
        return made

    def open_as_doctor(self, made: NewShare, disc: SampleDisc) -> None:
        """Open the link as somebody without an account."""
        started = time.monotonic()
        seen = open_share(made.url, made.verification_code, self.places.pictures, self.job)
        step = Step("doctor", f"Be {NAME}, and open the link")
        step.figures = {"images": seen.images, "of": seen.of, "browser": _browser(seen.by_browser)}
        step.wrong += seen.complaints
        step.pictures += map(str, seen.pictures)
        images = disc.on_disc - disc.documents
        step.check("images", (seen.images, seen.of), (images, images))
        step.check("nothing of the person before the code", _names_in(seen.page_before_code), [])
        way = "in Chromium" if seen.by_browser else "asked for over HTTP, since there is no Chromium here"
        self.story.tell(
            step,
            [
                "before the code the page holds no name, date or picture",
                f"with the code: {seen.images} of {seen.of} images, {way}, in {time.monotonic() - started:.1f} s",
            ],
        )

    def look_what_happened(self, portal: Portal, made: NewShare) -> None:
        """Look at the activity and at what became of the share."""
        share = portal.share(made.share.id)
        kinds = [line.kind for line in reversed(portal.activity())]
        step = Step("activity", "Look what happened")
        step.figures = {"lines": len(kinds), "status": _status(share)}
        step.check("what happened", [kind for kind in WANTED if kind not in kinds], [])
        step.check("opened", kinds.count("share-opened"), 1)
        step.check("status", _status(share), "Viewed, 1 of 10")
        self.story.tell(step, [", then ".join(kinds), f"the share is: {_status(share)}"])


WANTED = ("signed-in", "uploaded", "share-created", "share-opened")


def _status(share: Share) -> str:
    return f"{share.status.capitalize()}, {share.accesses_used} of {share.max_accesses}"


def _browser(there: bool) -> str:
    return "Chromium" if there else "none"


def _names_in(words: str) -> list[str]:
    """Find what words tell of the person."""
    facts = [*re.split(r"\W", MARTHA.patient_name), MARTHA.patient_id, MARTHA.patient_birth_date]
    return [fact for fact in facts if fact and fact.lower() in words.lower()]
