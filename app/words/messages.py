"""Words for every code: what happened, what it means for you, what to do now.

Plain tables, no Qt: the command line says the same as the window. `Messages` takes a translator; without one the
words are English.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from app.words.english_numbers import counted
from app.words.portal_facts import fact_sentences
from app.words.translating import Translate, tr
from core.errors import PortalError, ScanshelfError

Tone = Literal["loss", "amber", "quiet"]


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, what it means for you, what to do now."""

    what: str
    means: str
    do: str

    def as_text(self) -> str:
        """Give the three in one paragraph, for the terminal and for copying."""
        return " ".join(part for part in (self.what, self.means, self.do) if part)


@dataclass(frozen=True, slots=True)
class FileWords:
    """Words for files of one code: a short label, a sentence with their number, and the other two thirds."""

    label: str
    what: str
    means: str
    do: str
    tone: Tone = "amber"


def _plain(text: str, n: int) -> str:
    return counted(text, n) if n >= 0 else text


class Messages:
    """Turn codes into words."""

    def __init__(self, translate: Translate = _plain) -> None:
        self._translate = translate

    def about(self, error: ScanshelfError) -> Words:
        """Give the words for an error that ended a piece of work; some codes mean something else on the shelf."""
        special = f"{type(error).__name__} {error.code}"
        words = self.for_code(special if special in ERRORS else error.code)
        if not isinstance(error, PortalError):
            return words
        return replace(words, means=" ".join([words.means, *fact_sentences(error.facts, self._translate)]))

    def for_code(self, code: str) -> Words:
        """Give the words for an error's code; a code without words is named as our own mistake."""
        return self._all(ERRORS.get(code, BUG))

    def about_bug(self) -> Words:
        """Give the words for a mistake of the program itself."""
        return self._all(BUG)

    def files(self, code: str, count: int) -> Words:
        """Give the words for `count` files of one code."""
        words = FILES[code]
        return Words(*(self._translate(text, count) for text in (words.what, words.means, words.do)))

    def files_deleted(self, count: int) -> Words:
        """Give the words for images that lie in a recycle bin."""
        return Words(*(self._translate(text, count) for text in (DELETED.what, DELETED.means, DELETED.do)))

    def knows_files(self, code: str) -> bool:
        """Tell whether there are words for files of a code."""
        return code in FILES

    def file_label(self, code: str) -> str:
        """Name in a few words what is the matter with one file."""
        return self._say(FILES[code].label)

    def tone(self, code: str) -> Tone:
        """Tell how loud a file's code is: loss, "look here", or just to know."""
        return FILES[code].tone

    def step(self, code: str) -> str:
        """Name what is being done now; a step without words is just work."""
        return self._say(STEPS.get(code, WORKING))

    def upload_state(self, state: str) -> str:
        """Name how an upload stands."""
        return self._say(UPLOAD_STATES[state])

    def not_sent(self, code: str) -> str:
        """Say why one image is not (proven to be) at the server."""
        if code not in NOT_SENT and code in FILES:
            return self._say(FILES[code].label)
        return self._say(NOT_SENT.get(code, NOT_SENT["not-sent"]))

    def finding(self, code: str) -> str:
        """Name what `verify` or `rebuild` found."""
        return self._say(FINDINGS.get(code, FINDINGS["other"]))

    def _say(self, text: str) -> str:
        return self._translate(text, -1) if text else ""

    def _all(self, words: Words) -> Words:
        return Words(self._say(words.what), self._say(words.means), self._say(words.do))


WORKING = tr("Working")

DELETED = Words(
    tr("%n file(s) lie(s|) in a recycle bin: somebody deleted (it|them)."),
    tr("(It is|They are) left where (it is|they are) unless you ask for (it|them)."),
    "",
)

NAMELESS = Words(
    tr("The name cannot be read in (this image|these images): damaged before the name, or the name was taken out."),
    tr("It may be another person's."),
    tr("Take (it|them) only if all that is here is yours."),
)

BUG = Words(
    tr("Scanshelf stumbled over a mistake of its own."),
    tr("What is on your shelf is safe. The step you asked for was not finished."),
    tr("Try it once more. If it happens again, copy the report and send it to the people who look after Scanshelf."),
)

ERRORS: dict[str, Words] = {
    # SourceError
    "source-absent": Words(
        tr("This disc, folder or file is not there."),
        tr("Nothing was read, and nothing on your shelf has changed."),
        tr("Put the disc or stick back in, or choose the folder again."),
    ),
    "source-refused-access": Words(
        tr("This computer does not let Scanshelf read here."),
        tr("The images here stay hidden until access is allowed."),
        tr("Allow it in the system's privacy settings, or copy the folder to your desktop and choose it there."),
    ),
    "source-unopenable": Words(
        tr("This disc or file cannot be opened."),
        tr("It may be of a kind Scanshelf does not know, or its table of contents is damaged."),
        tr(
            "If it is a disc image (.iso), double-click it so that it shows up as a drive, then choose that drive. "
            "Otherwise ask for a new copy."
        ),
    ),
    "medium-gone": Words(
        tr("The disc, stick or folder went away while it was being read."),
        tr("What was copied before that is safe on your shelf. Nothing half-copied was kept."),
        tr("Put it back in and press “Try again”: it goes on where it was."),
    ),
    "no-images": Words(
        tr("There are no medical images here."),
        tr("Everything here was looked at."),
        tr("Choose the whole disc instead of one folder on it, or ask for a disc “in DICOM format”."),
    ),
    "no-images:empty": Words(
        tr("There is nothing here: no file at all."),
        tr("The disc or folder is empty, or was never finished when it was written."),
        tr("Choose another one, or ask the place it came from for a new copy."),
    ),
    "no-images:others": Words(
        tr("There are no medical images here."),
        tr("Every file was looked at: they are pictures, documents or other things, none of them a medical image."),
        tr("Choose the whole disc instead of one folder on it, or ask for a disc “in DICOM format”."),
    ),
    "no-images:viewer": Words(
        tr("There are no medical images here, but parts of a viewer program."),
        tr("Every file was looked at. The images were left out when this was written, or lie in another folder."),
        tr("Choose the whole disc instead of one folder on it, or ask for a disc “in DICOM format”."),
    ),
    "no-images:password": Words(
        tr("What is here is locked with a password."),
        tr("If there are images inside, they cannot be seen or kept without it."),
        tr("Ask the place it came from for the password, unpack it with it, then choose the folder."),
    ),
    "no-images:encrypted": Words(
        tr("What is here is encrypted."),
        tr("If there are images inside, only the program that locked them can read them."),
        tr("Ask the place it came from for a disc without a password, “in DICOM format”."),
    ),
    "no-images:gone": Words(
        tr("The disc, stick or folder went away before an image was found."),
        tr("Nothing was kept, and nothing on your shelf has changed."),
        tr("Put it back in and press “Try again”."),
    ),
    "no-images:unreadable": Words(
        tr("No images were found: files here cannot be read."),
        tr("If it is a disc, it may be scratched or dirty. There may be images in what cannot be read."),
        tr("Wipe a disc from the middle to the edge and press “Try again”, or ask the hospital for a new copy."),
    ),
    "no-images:refused": Words(
        tr("No images were found: what is here asks for far more room than images need."),
        tr("It was left alone, so that it cannot fill this computer or bring it to a halt."),
        tr("If you expected images here, ask the place it came from for a new copy."),
    ),
    "no-images:damaged": Words(
        tr("There are images here, but they are too damaged to be kept."),
        tr("Nothing tells whose they are, or nothing of them can be seen."),
        tr("Read the disc again, or ask the place it came from for a new copy."),
    ),
    "no-images:unseen": Words(
        tr("No medical images were found here, but not everything could be looked into."),
        tr("There may be images in what is named below."),
        tr("Do what is said there, then look again."),
    ),
    "several-patients": Words(
        tr("There are images of several persons here."),
        tr("Nothing was put on your shelf, so that nothing gets mixed up."),
        tr("Choose whose images you want to keep."),
    ),
    "one-person-perhaps": Words(
        tr("Some images here say less than the others about whose they are."),
        tr("They belong to the same exam and are probably the same person's. Nothing was put on your shelf yet."),
        tr("Compare what differs. If it is one person, take them together: they are kept under one name."),
    ),
    "only-deleted": Words(
        tr("All medical images here lie in a recycle bin: somebody deleted them."),
        tr("Nothing was put on your shelf, as they may be another person's."),
        tr("If they are yours, name yourself: choose the person in the list."),
    ),
    "study-of-several": Words(
        tr("One exam here stands under more than one person."),
        tr(
            "An exam belongs to one person, so somebody's name, birth date or ID is wrong."
            " Nothing is mixed up: each person's images stay apart."
        ),
        tr("Take only your own images, and tell the place the disc came from."),
    ),
    "patient-unknown": Words(
        tr("The person you named is not among those found here."),
        tr("Nothing was put on your shelf."),
        tr("Look at the list of persons and choose one of them."),
    ),
    "study-unknown": Words(
        tr("The exam you named is not among those found here."),
        tr("Nothing was put on your shelf."),
        tr("Look at the list of exams and choose one of them."),
    ),
    "password-needed": Words(
        tr("This archive is locked with a password."),
        tr("Its images cannot be read without it."),
        tr("Ask the place that gave it to you for the password, unpack the archive with it, then choose the folder."),
    ),
    "stopped": Words(
        tr("You stopped it."),
        tr("What was copied before that is safe on your shelf. Nothing half-copied was kept."),
        tr("Start again whenever you like: it goes on where it was."),
    ),
    # DicomError
    "not-dicom": Words(
        tr("This file is not a medical image."),
        tr("There is nothing in it that Scanshelf can show."),
        tr("Choose the folder or disc it came from instead."),
    ),
    "header-damaged": Words(
        tr("The description at the start of this file is damaged."),
        tr("Scanshelf cannot tell whose image it is, so it is not shown."),
        tr("Ask the place it came from for a new copy."),
    ),
    "truncated": Words(
        tr("Too little of this image is left to show it."),
        tr("Its file ends too early. What is there of it is kept; other images are not affected."),
        tr("Read the disc again, or ask the place it came from for a new copy."),
    ),
    "encrypted": Words(
        tr("This file is encrypted."),
        tr("Only the program that locked it can read it."),
        tr("Ask the place the disc came from for a disc without a password, “in DICOM format”."),
    ),
    "unreadable": Words(
        tr("This file cannot be read."),
        tr("The disc may be scratched or dirty at this place. The other images are not affected."),
        tr("Wipe the disc from the middle to the edge and try again, or ask for a new copy."),
    ),
    "refused-limit": Words(
        tr("This file asks for far more room than an image needs."),
        tr("It was left alone, so that it cannot bring this computer to a halt."),
        tr("If you expected an image here, ask the place the disc came from for a new copy."),
    ),
    "unsupported-transfer-syntax": Words(
        tr("This image is packed in a way Scanshelf cannot unpack."),
        tr("It is kept on your shelf just as it is, but it cannot be shown."),
        tr("Ask the place it came from for the image “uncompressed”."),
    ),
    "decode-failed": Words(
        tr("This image cannot be shown."),
        tr("Its picture data is damaged. The file is kept just as it is."),
        tr("Look at the next image, or ask the place it came from for a new copy."),
    ),
    "no-pixels": Words(
        tr("There is no picture in this object."),
        tr("It holds other information, which is kept just as it is."),
        tr("Choose another series on the left."),
    ),
    "frame-absent": Words(
        tr("This object has no image of that number."),
        tr("The images it has can be shown."),
        tr("Choose a smaller number."),
    ),
    "changed": Words(
        tr("Another image is in this place now."),
        tr("The disc or folder is not the one that was opened, so its images are not shown under this name."),
        tr("Put the first disc back in, or look at the new one from “Discs & drives”."),
    ),
    # WorkerError
    "worker-died": Words(
        tr("This file stopped the program that reads it, twice."),
        tr("It is set aside and not tried again. Everything else goes on."),
        tr("Look at the next image. If you need this one, ask for a new copy."),
    ),
    "decode-timeout": Words(
        tr("This image took too long to unpack."),
        tr("It is probably damaged. It is set aside, so that the others can be shown."),
        tr("Look at the next image, or ask for a new copy."),
    ),
    "worker-memory": Words(
        tr("This image needs more memory than Scanshelf may use."),
        tr("It is kept just as it is, but it cannot be shown here."),
        tr("Close other programs and try again, or use a computer with more memory."),
    ),
    "worker-unavailable": Words(
        tr("The part of Scanshelf that reads images did not start."),
        tr("Images cannot be read or shown at the moment. Your shelf is safe."),
        tr("Close Scanshelf and start it again. If that does not help, run “scanshelf selftest”."),
    ),
    "task-failed": Words(
        tr("The part of Scanshelf that reads images stumbled over this one."),
        tr("It is set aside. Everything else goes on."),
        tr("Look at the next image. If it happens often, copy the report for support."),
    ),
    # LibraryError
    "library-newer": Words(
        tr("This shelf was written by a newer Scanshelf."),
        tr("To keep it safe, this older one does not touch it."),
        tr("Install the newest Scanshelf and open the shelf with that."),
    ),
    "library-older": Words(
        tr("This shelf was last used by an older Scanshelf."),
        tr(
            "It has to be brought up to date before it can be shown here. Another window has it open, or its folder"
            " may not be written to. Everything on it is as it was."
        ),
        tr("Close the other Scanshelf window, or make the folder of the shelf writable. Then start Scanshelf again."),
    ),
    "library-damaged": Words(
        tr("The index of your shelf is damaged."),
        tr("The images themselves are kept apart from it and are very likely whole."),
        tr("Let Scanshelf make the index again from the images: “scanshelf verify --rebuild”."),
    ),
    "library-read-only": Words(
        tr("Your shelf can be read but not changed."),
        tr("You can look at everything on it. Nothing new can be put on it."),
        tr(
            "Close the other Scanshelf window: this one then goes on by itself. "
            "If there is none, make the folder of the shelf writable."
        ),
    ),
    "library-writable": Words(
        tr("Your shelf can be changed here again."),
        tr("The other window was closed, or there is room again."),
        tr("Go on with what you wanted to do."),
    ),
    "library-in-use": Words(
        tr("Another Scanshelf has this shelf open."),
        tr("Only one at a time may change it, so that nothing is lost."),
        tr("Go to the window that is open already, or close it and try again."),
    ),
    "library-unusable": Words(
        tr("The folder of your shelf cannot be used."),
        tr("Nothing can be read from it or put on it at the moment."),
        tr("Check that the drive it is on is connected and that you may write there."),
    ),
    "no-space": Words(
        tr("There is not enough room on this computer."),
        tr("What was copied before is safe. Nothing half-copied was kept."),
        tr("Empty the wastebasket to make room, then press “Try again”: it goes on where it was."),
    ),
    "LibraryError several-patients": Words(
        tr("Two persons on your shelf have something of this number."),
        tr("Scanshelf does not guess whose is meant, so that nothing gets mixed up."),
        tr("Name the person too, as KEY:NUMBER; the list of your shelf shows both."),
    ),
    "not-on-shelf": Words(
        tr("This is not on your shelf."),
        tr("It may have been moved to the bin or never put here."),
        tr("Look into the bin, or put the disc in again."),
    ),
    # PortalError: the portal's own server
    "portal-receiver-refused": Words(
        tr("Nothing can be received there."),
        tr("The port is in use, the address is not this computer's, or the folder of what comes in cannot be written."),
        tr("Choose another --port, --host or --spool."),
    ),
    "portal-in-use": Words(
        tr("A portal is running on this data folder already."),
        tr("Two at once would get in each other's way, so this one was not started."),
        tr("End the other one first, or choose another folder with --data."),
    ),
    "portal-data-newer": Words(
        tr("This portal's data was written by a newer version."),
        tr("This version would not understand it, so nothing was touched."),
        tr("Install the newer version, or choose another folder with --data."),
    ),
    "portal-parts-missing": Words(
        tr("The practice portal is not installed on this computer."),
        tr("Everything else works: your shelf, and portals elsewhere. A portal of its own cannot be run here."),
        tr("Install Scanshelf's packages once more, in its folder: “python -m pip install -r requirements.lock”."),
    ),
    "portal-data-broken": Words(
        tr("The portal's data cannot be read: its database or its key is damaged."),
        tr("It was not started, and nothing in its folder was changed."),
        tr("Put a backup of the folder in its place, or choose another folder with --data."),
    ),
    "portal-folder-refused": Words(
        tr("The portal cannot write its data."),
        tr("The folder cannot be made or written, so the portal was not started."),
        tr("Allow it for this user and see whether its disk is there, or choose another folder with --data."),
    ),
    "portal-no-space": Words(
        tr("The disk is full, so the portal cannot write its data."),
        tr("It was not started. What it had is safe."),
        tr("Make room on the disk, then start it again."),
    ),
    "portal-needs-https": Words(
        tr("The portal was to be reached from other computers without https."),
        tr("Passwords and images would travel readable for everybody on the way, so it was not started."),
        tr("Give --certificate and --key, or an https --public-url of a web server in front of it."),
    ),
    "portal-address-in-use": Words(
        tr("The portal cannot listen at this address."),
        tr("Another program has this port, or this computer does not have this address."),
        tr("Choose another one with --port, or 0 for any that is free."),
    ),
    "portal-certificate-files": Words(
        tr("The certificate or its key cannot be used."),
        tr("Without them the portal cannot be reached safely, so it was not started."),
        tr("Give the certificate with its chain and its key as PEM files that belong together."),
    ),
    "portal-process-ended": Words(
        tr("The portal's processes did not begin."),
        tr("One that was to answer ended before it could, so all were ended. Nothing was changed."),
        tr("What it said is above. Start it without --workers to see whether one alone can answer."),
    ),
    "portal-database-unknown": Words(
        tr("The portal cannot keep its data in this database."),
        tr("It knows SQLite and PostgreSQL, so it was not started."),
        tr("Leave out --database, or give postgresql://user@host/name or sqlite:///FILE."),
    ),
    "portal-database-driver": Words(
        tr("PostgreSQL cannot be used here."),
        tr("The package that speaks to it (psycopg) is not installed, so the portal was not started."),
        tr("Install it beside Scanshelf: “python -m pip install 'psycopg[binary]'”, or leave out --database."),
    ),
    "portal-database-gone": Words(
        tr("The portal's database does not answer."),
        tr("The database server is not there, or does not know this user, password or database. Nothing was changed."),
        tr("See whether it runs, and compare --database and its password with what it was set up with."),
    ),
    "portal-store-away": Words(
        tr("The place that keeps the images cannot be reached."),
        tr("Nothing was changed there, and nothing counts as lost."),
        tr("See whether it runs and lets this program in, then try again."),
    ),
    "portal-store-unknown": Words(
        tr("The portal cannot keep its images there."),
        tr(
            "It keeps them in a folder, a bucket (s3://bucket/prefix?endpoint=https://…) or an archive (dicomweb+https://…)."
        ),
        tr("Leave out --store, or name one of these without a secret in it: those come from the environment."),
    ),
    "activation-code-unknown": Words(
        tr("This activation code is not known."),
        tr("Nothing was changed."),
        tr("Compare it with the one on the invitation, letter by letter, or ask the practice for a new one."),
    ),
    "activation-code-over": Words(
        tr("This activation code does not work any more."),
        tr("It was used, a newer one took its place, or it is more than a month old."),
        tr("Sign in if the account is ready already; else ask the practice for a new code."),
    ),
    "user-name-taken": Words(
        tr("Somebody else has this user name already."),
        tr("The account is not ready yet; the activation code still works."),
        tr("Choose another user name."),
    ),
    "user-name-rules": Words(
        tr("This cannot be a user name."),
        tr("It needs 3 to 64 letters, digits or the signs . _ - + @, without blanks."),
        tr("Choose another user name; the activation code still works."),
    ),
    "password-rules": Words(
        tr("This password does not protect the account well enough."),
        tr("It needs at least 10 letters, may not be the user name, and may not be one of those that are tried first."),
        tr("Choose a longer one, such as a few words in a row; the activation code still works."),
    ),
    "no-such-account": Words(
        tr("No active account has this user name."),
        tr("Nothing was made."),
        tr("Look at the spelling; an invited person activates the account first."),
    ),
    "no-such-practice": Words(
        tr("This portal has no practice of this number."),
        tr("Nothing was changed."),
        tr("Look at its number: “scanshelf portal practice list” names all."),
    ),
    "practice-there": Words(
        tr("This portal has a practice of this name already."),
        tr("Nothing was added."),
        tr("Choose another name, or use the practice that is there."),
    ),
    "account-elsewhere": Words(
        tr("This account is not at this practice."),
        tr("Nothing was changed."),
        tr("Say which one with --of-practice: “scanshelf portal practice list” names all by their numbers."),
    ),
    "no-second-factor": Words(
        tr("No active account of this name asks for a second step at its sign-in."),
        tr("Nothing was changed."),
        tr("Look at the spelling. If it is right, the password alone opens the account already."),
    ),
    "practice-rules": Words(
        tr("This cannot be a rule of the practice."),
        tr("A time zone is a name such as Europe/Berlin, and the hours are from 0 to 8,760; nothing was changed."),
        tr("Look at the spelling, capitals too."),
    ),
    "nothing-of-the-practice": Words(
        tr("The practice has nothing of this name there."),
        tr("Nothing was changed. What a person brought themselves is theirs."),
        tr("Look at the exam's id, and at the UID where one is said."),
    ),
    "images-elsewhere": Words(
        tr("The images of this portal are not in its data folder."),
        tr("Nothing was taken out: the files would have stayed."),
        tr("Say with --store where the server keeps them, as it was started."),
    ),
    "not-a-past-moment": Words(
        tr("This is no moment that has been."),
        tr("Nothing was changed."),
        tr("Write it with its zone, as in 2026-11-22T08:30:00+01:00."),
    ),
    "no-such-token": Words(
        tr("This account has no such token."),
        tr("Nothing was ended."),
        tr("List what opens the account: “portal tokens --user NAME”."),
    ),
    "has-account": Words(
        tr("This Patient ID stands for a person who is known already."),
        tr("Either the account is in use, or the name or birth date is another person's; no code was made."),
        tr("Look at the Patient ID, the name and the birth date once more."),
    ),
    "invitation-incomplete": Words(
        tr("The invitation cannot be made out of this."),
        tr("It needs a name and a birth date such as 1951-05-04; no account was made."),
        tr("Give the command again with --name and --birth-date."),
    ),
    # PortalError: what this computer finds out
    "portal-unreachable": Words(
        tr("The portal cannot be reached."),
        tr("Either this computer has no network, or the portal is switched off. Nothing was lost or half-done."),
        tr("Check the network and the portal's address, then press “Try again”."),
    ),
    "portal-certificate": Words(
        tr("This computer cannot tell whether it is talking to the portal or to somebody else."),
        tr("The certificate it showed is not one this computer trusts, so nothing was sent."),
        tr("Check the address and this computer's date. If both are right, ask the practice."),
    ),
    "portal-insecure": Words(
        tr("The address begins with http://, so others could read along."),
        tr("Nothing was sent. Without encryption only a portal on this computer itself can be used."),
        tr("Write https:// instead, or ask the practice for the right address."),
    ),
    "account-not-here": Words(
        tr("No account of this user name is signed in on this computer."),
        tr("Nothing was asked or sent."),
        tr("List the accounts (scanshelf accounts), or sign in with it (scanshelf login)."),
    ),
    "several-accounts": Words(
        tr("Accounts of this user name are signed in at several portals."),
        tr("Which one is meant is never guessed; nothing was asked or sent."),
        tr("Name the portal too (--portal URL)."),
    ),
    "no-qr-code": Words(
        tr("No QR code of a portal's letter can be read in this picture."),
        tr("Nothing was asked or opened."),
        tr("Take the picture from the front, with the whole code in it; or type the link of the letter."),
    ),
    "settings-not-kept": Words(
        tr("The settings could not be written."),
        tr("What was chosen holds for nothing that is sent later."),
        tr("Look whether the disk is full or may not be written, then give the command again."),
    ),
    "practice-portal-elsewhere": Words(
        tr("Another window of Scanshelf runs the practice portal on this computer."),
        tr("It belongs to one window at a time, so it was not started here."),
        tr("Close the other window, then try again."),
    ),
    "practice-portal-silent": Words(
        tr("The practice portal on this computer did not start."),
        tr("Nothing was sent or shared. What is on your shelf is safe."),
        tr("Try once more. If it stays so, see what “scanshelf selftest” says, and send it to support."),
    ),
    "practice-portal-killed": Words(
        tr("The practice portal on this computer was ended while it started."),
        tr("The system or another program ended it, perhaps for want of memory. Nothing was sent or shared."),
        tr("Close some programs and try once more."),
    ),
    "practice-portal-port": Words(
        tr("Another program has taken the practice portal's place on this computer."),
        tr("Its links lead to that place, so it did not start elsewhere. Nothing was sent or shared."),
        tr("End the other program, or start this computer again. Then try once more."),
    ),
    "practice-portal-newer": Words(
        tr("The practice portal's data was written by a newer version of Scanshelf."),
        tr("This version would not understand it, so nothing was touched."),
        tr("Install the newer version of Scanshelf."),
    ),
    "practice-portal-broken": Words(
        tr("The practice portal's data on this computer is damaged."),
        tr("It did not start, and nothing of it was changed. What is on your shelf is safe."),
        tr("Put its folder aside, to begin with an empty practice portal, and send your images to it again."),
    ),
    "practice-portal-folder": Words(
        tr("The practice portal cannot write its data on this computer."),
        tr("It did not start. Nothing was sent or shared, and what is on your shelf is safe."),
        tr("Allow this user to write in its folder, and see whether its disk is there. Then try once more."),
    ),
    "practice-portal-full": Words(
        tr("The disk is full, so the practice portal cannot write its data."),
        tr("It did not start. What it had, and your shelf, are safe."),
        tr("Make room on the disk, then try once more."),
    ),
    "not-a-portal": Words(
        tr("There is no patient portal at this address."),
        tr("Nothing was sent."),
        tr("Check the address letter by letter, or ask the practice for it."),
    ),
    "portal-answer": Words(
        tr("The portal gave an answer that Scanshelf does not understand."),
        tr("What was asked for may or may not have happened; nothing on this computer has changed."),
        tr("Try it once more later. If it happens again, tell the practice and look for a newer Scanshelf."),
    ),
    "portal-unavailable": Words(
        tr("The portal is there but cannot answer just now."),
        tr("It may be busy or being looked after. Nothing was lost."),
        tr("Wait a while, then press “Try again”."),
    ),
    "no-portal": Words(
        tr("Scanshelf does not know yet which portal you use."),
        tr("Nothing was asked or sent."),
        tr("Sign in there first: “scanshelf login --portal ADDRESS”. The practice tells you its address."),
    ),
    "sign-in-needed": Words(
        tr("You are not signed in at the portal."),
        tr("Only somebody who is signed in can see and share what is there."),
        tr("Sign in, then do it again: “scanshelf login”."),
    ),
    "server-answer": Words(
        tr("The server gave an answer that no DICOMweb server gives."),
        tr("What is on your shelf is as before."),
        tr("Look at the address letter by letter: it often ends in /dicom-web. Or ask who looks after the server."),
    ),
    "server-sign-in": Words(
        tr("The server wants to know who sends, or does not know this name and password."),
        tr("It was not kept there. Your shelf has it as before."),
        tr("Write both into the address: https://NAME:PASSWORD@SERVER/dicom-web, or give --token-file FILE."),
    ),
    "sign-in-refused": Words(
        tr("The portal did not let you in."),
        tr("The sign-in was turned down or taken back, so nothing was opened."),
        tr("Sign in again. If you do not know your user name or password, ask the practice."),
    ),
    "sign-in-timeout": Words(
        tr("Nobody finished signing in, so Scanshelf stopped waiting."),
        tr("You are not signed in. Nothing else has changed."),
        tr("Start the sign-in again whenever you like."),
    ),
    "keyring-refused": Words(
        tr("The keyring of this computer, where sign-ins are kept, cannot be used."),
        tr("It may be locked or in use by another program. What was kept there has not been changed."),
        tr("Unlock the keyring, close other Scanshelf windows, then do it again."),
    ),
    "token-file-unsafe": Words(
        tr("Others on this computer can read the token file."),
        tr("Whoever has the token can see all your exams, so it was not used."),
        tr("Make it readable for you alone, as with “chmod 600 FILE”, and ask for a new token if others saw it."),
    ),
    "token-file-absent": Words(
        tr("There is no token here that can be used."),
        tr("The file is absent, cannot be read, or holds something else than one token."),
        tr("Check the name of the file; it holds the token and nothing else."),
    ),
    "download-incomplete": Words(
        tr("Less came from the portal than it had listed."),
        tr("A part of an exam is easily taken for the whole, so the incomplete exam was not kept."),
        tr("Do it again. If it stays so, ask the practice to look at this exam."),
    ),
    "downloads-unusable": Words(
        tr("Something else stands where Scanshelf puts what comes from the portal."),
        tr("Nothing was downloaded, and nothing that stands there was touched."),
        tr(
            "At the command line, name another folder. In the window, ask whoever looks after this computer to look at "
            "the folders “downloads” and “reports” of Scanshelf's settings; then do it again."
        ),
    ),
    "link-refused": Words(
        tr("The portal named a link that Scanshelf does not open: it leads to no secure page (https)."),
        tr("Nothing was opened and nothing was sent."),
        tr("Ask the practice before you open that link in another way."),
    ),
    "invitation-not-saved": Words(
        tr("The invitation was not saved."),
        tr("The share itself is there, and its link and code are as before."),
        tr("Choose another folder, one in which you may write."),
    ),
    "not-printed": Words(
        tr("The invitation was not printed: what the portal sent cannot be drawn, or the printer does not begin."),
        tr("The share itself is there, and its link and code are as before."),
        tr("See whether the printer is on and try once more, or save the invitation as a file."),
    ),
    "receipt-unsigned": Words(
        tr("This portal signed its receipts before, and does not sign this one."),
        tr("It may have been set up anew, or something else answers in its place. The exam does not count as sent."),
        tr("Ask the practice whether its portal has changed, then send it again."),
    ),
    "receipt-key-changed": Words(
        tr("The portal signs with a key that Scanshelf does not know, and no key known before vouches for it."),
        tr("It may have been set up anew, or something else answers in its place. The exam does not count as sent."),
        tr(
            "Ask the practice whether its portal has a new key. If it says so, press “Use its new key”, or "
            "say “scanshelf uploads --retry ID --new-key”."
        ),
    ),
    "receipt-false": Words(
        tr("What the portal signed is not what was sent, or its signature is not right."),
        tr("So nothing proves that everything arrived. The exam does not count as sent, and stays on your shelf."),
        tr("Send it again. If it happens again, tell the practice."),
    ),
    "no-receipt": Words(
        tr("No signed receipt is kept of this upload."),
        tr("It is not complete yet, or the portal signs none. What was proved when it was sent still stands."),
        tr("Look at the list of uploads (“scanshelf uploads”), or send it again to a portal that signs."),
    ),
    "no-such-upload": Words(
        tr("There is no upload of this number."),
        tr("Nothing was changed."),
        tr("Look at the list of uploads and choose one of them: “scanshelf uploads”."),
    ),
    "no-such-exam": Words(
        tr("Your account has no such exam."),
        tr("Nothing was changed."),
        tr("Look at the list of your exams and choose one of them: “scanshelf exams”."),
    ),
    "no-such-share": Words(
        tr("Your account has no such share."),
        tr("Nothing was changed."),
        tr("Look at the list of your shares and choose one of them: “scanshelf share list”."),
    ),
    "not-uploaded": Words(
        tr("These images are not in your account yet."),
        tr("Only what the portal holds can be shared from there."),
        tr("Send them first, wait until everything has arrived, then share them."),
    ),
    "nothing-to-send": Words(
        tr("There is nothing here that can be sent."),
        tr("Nothing was sent."),
        tr("Choose an exam with images on your shelf."),
    ),
    # PortalError: what the portal says (portal.wire.ProblemCode)
    "invalid-request": Words(
        tr("The portal did not accept what was asked for."),
        tr("Something in it is not as the portal wants it. Nothing was changed."),
        tr("Check dates and numbers. If they are right, this portal may need a newer Scanshelf."),
    ),
    "not-signed-in": Words(
        tr("You are not signed in at the portal."),
        tr("Only somebody who is signed in can see and share what is there."),
        tr("Sign in, then do it again: “scanshelf login”."),
    ),
    "wrong-code": Words(
        tr("This code is not the right one."),
        tr("Nothing was opened."),
        tr("Compare it letter by letter and type it once more."),
    ),
    "not-allowed": Words(
        tr("Your account may not do this."),
        tr("Nothing was changed."),
        tr("Ask the practice if you think it should."),
    ),
    "other-person": Words(
        tr("These images belong to another person than the account."),
        tr("Nothing was sent, so that no images get into somebody else's account."),
        tr("Sign in with the account of the person whose images these are."),
    ),
    "other-account": Words(
        tr("Another account is signed in than the one these images were meant for."),
        tr("Nothing was sent to it: whose images they are was compared with the first account."),
        tr("Sign in with that account and send them again, or send the exam anew from the shelf."),
    ),
    "not-found": Words(
        tr("The portal has nothing of this name for your account."),
        tr("Nothing was changed."),
        tr("Look at the list of your exams or shares and choose one of them."),
    ),
    "person-unclear": Words(
        tr("It is not certain that these images belong to the person of the account."),
        tr("Nothing was sent, so that no images get into somebody else's account."),
        tr("Compare both names and birth dates. If it is the same person, say so and why, and send again."),
    ),
    "report-not-released": Words(
        tr("This exam cannot be shared before its report is there."),
        tr("You can look at the images in your account now. The doctor's report is still held."),
        tr("Share it once the report has appeared."),
    ),
    "not-complete": Words(
        tr("The portal does not have all the images yet."),
        tr("What has arrived is safe there. Nothing counts as complete before all of it is."),
        tr("Send it again: only what is missing goes over."),
    ),
    "conflict": Words(
        tr("This contradicts what is at the portal already."),
        tr("What is there was left as it is."),
        tr("Look at the list again, then decide."),
    ),
    "share-ended": Words(
        tr("This share has ended."),
        tr("Nobody can open it any more."),
        tr("Make a new share instead."),
    ),
    "code-used": Words(
        tr("This code was used already, was replaced by a newer one, or is too old."),
        tr("Nothing was changed."),
        tr("Take the newest code you were given, or ask the practice for one."),
    ),
    "not-proved": Words(
        tr("Password or code is not right."),
        tr("Nothing was changed."),
        tr("Type both once more. A code of the app works once: wait for the next one."),
    ),
    "account-lapsed": Words(
        tr("Nobody signed in to this account for a year, so it rests."),
        tr("Nothing was deleted: exams and shares are as they were."),
        tr("Ask the practice to open it again, then sign in."),
    ),
    "role-needed": Words(
        tr("This is not part of your role at the practice."),
        tr("Nothing was changed."),
        tr("Ask an administrator of the practice."),
    ),
    "last-administrator": Words(
        tr("This is the last administrator of the practice."),
        tr("Nothing was changed: without one nobody could change who may do what."),
        tr("Make somebody else an administrator first."),
    ),
    "staff-rules": Words(
        tr("Name, roles, e-mail address or phone number cannot be like this."),
        tr("Nothing was changed."),
        tr("Give a name, and at least one role; a referring doctor has no other role."),
    ),
    "no-such-member": Words(
        tr("Nobody of the practice's staff is called this."),
        tr("Nothing was changed."),
        tr("Look at the list of them: “scanshelf portal staff list”."),
    ),
    "member-came-in": Words(
        tr("This member has a user name and a password already."),
        tr("No code was made."),
        tr("A forgotten password is found again from the sign-in page."),
    ),
    "contact-the-practice": Words(
        tr("The practice changes e-mail addresses and phone numbers itself."),
        tr("Nothing was changed."),
        tr("Call the practice and say what is new."),
    ),
    "changed-meanwhile": Words(
        tr("It was changed from another place in between."),
        tr("Your change was not made, so that neither overwrites the other."),
        tr("Look at it again, then make your change once more."),
    ),
    "too-large": Words(
        tr("This is larger than the portal takes."),
        tr("It was not kept there. Your shelf has it as before."),
        tr("Give it to the practice on a disc or stick."),
    ),
    "method-not-allowed": Words(
        tr("The portal cannot do this."),
        tr("Nothing was changed."),
        tr("Look for a newer Scanshelf. If there is none, tell the practice."),
    ),
    "not-acceptable": Words(
        tr("The portal does not have it in the form that was asked for."),
        tr("Nothing was changed."),
        tr("Look for a newer Scanshelf. If there is none, tell the practice."),
    ),
    "unsupported-type": Words(
        tr("The portal does not take this kind of file."),
        tr("It was not kept there. Your shelf has it as before."),
        tr("Give it to the practice on a disc or stick."),
    ),
    "too-many-tries": Words(
        tr("There were too many tries in a short time."),
        tr("The portal asks for a pause, so that nobody can guess codes."),
        tr("Wait a while, then press “Try again”."),
    ),
    "PortalError no-space": Words(
        tr("The portal has no room left."),
        tr("What has arrived there is safe. The rest was not sent."),
        tr("Tell the practice, and send the rest later."),
    ),
    "unavailable": Words(
        tr("The portal is there but cannot answer just now."),
        tr("It may be busy or being looked after. Nothing was lost."),
        tr("Wait a while, then press “Try again”."),
    ),
    "server-mistake": Words(
        tr("The portal stumbled over a mistake of its own."),
        tr("What you asked for may not have happened. Nothing on this computer has changed."),
        tr("Try it once more later. If it happens again, tell the practice."),
    ),
    "object-damaged": Words(
        tr("What the portal keeps of an image or report of this exam is damaged."),
        tr("It is not shown or given to anybody like that. Nothing on this computer has changed."),
        tr("If the images are on your shelf, send the exam again. Otherwise tell the practice."),
    ),
    # the window's own
    "settings-set-aside": Words(
        tr("Your settings could not be read."),
        tr("Scanshelf starts with fresh ones. Your shelf and your images are not affected."),
        tr("Set text size and colours again. The old settings are kept beside as “settings.broken.json”."),
    ),
    "library-recovered": Words(
        tr("Scanshelf was ended in the middle of something the last time."),
        tr("Your shelf was put in order again; everything that was kept is there."),
        tr("If a disc was being put on your shelf, put it in once more: it goes on where it was."),
    ),
    "not-saved": Words(
        tr("The receipt was not saved."),
        tr("It is still kept with your shelf."),
        tr("Choose another folder, one in which you may write."),
    ),
    # UsageError
    "usage": Words(
        tr("This cannot be done in this way."),
        tr("Nothing was changed."),
        tr("See “scanshelf --help” for what goes together."),
    ),
}

_NEW_COPY = tr("Ask the place (it|they) came from for a new copy.")
_NOTHING = tr("Nothing needs to be done.")

_UNSEEN = tr("If there are images inside, they are not among those found here.")

FILES: dict[str, FileWords] = {
    "dicomdir": FileWords(
        tr("Table of contents"),
        tr("%n file(s) (is the|are) table(s) of contents."),
        tr("(It was|They were) compared with what is really there, image by image."),
        tr("What is listed and not here would be named."),
        "quiet",
    ),
    "archive": FileWords(
        tr("Archive or disc image, opened"),
        tr("%n file(s) (is an|are) archive(s) or disc image(s) and (was|were) opened."),
        tr("Images inside are counted on their own."),
        _NOTHING,
        "quiet",
    ),
    "not-dicom": FileWords(
        tr("Not a medical image"),
        tr("%n file(s) (is not a medical image|are not medical images)."),
        tr("Discs often carry help texts and pictures of the hospital. They stay where they are."),
        _NOTHING,
        "quiet",
    ),
    "not-dicom:unknown": FileWords(
        tr("Of an unknown kind, searched"),
        tr("%n file(s) (is|are) of a kind Scanshelf does not know."),
        tr("(It was|They were) searched from the first byte to the last, and no image was found in (it|them)."),
        tr("If you expected more images, ask the place (it|they) came from what (it is|they are)."),
        "quiet",
    ),
    "archive:packing": FileWords(
        tr("Not looked into: packed in an unknown way"),
        tr("%n archive(s) (was|were) not looked into: packed in a way not known here."),
        _UNSEEN,
        tr("Unpack (it|them) with the program that made (it|them), or with one such as 7-Zip, then choose the folder."),
        "loss",
    ),
    "archive:disk-image": FileWords(
        tr("Not looked into: a disk image of an unknown kind"),
        tr("%n disk image(s) (was|were) not looked into: of a kind not known here."),
        _UNSEEN,
        tr("Double-click (it|them) so that (it shows|they show) up as a drive, then choose that drive."),
        "loss",
    ),
    "archive:part": FileWords(
        tr("Only one part of an archive"),
        tr("%n file(s) (is|are) only one part of an archive that was split."),
        tr("Images that lie wholly in this part were found. Those that go on in another part were not."),
        tr("Put all parts into one folder and unpack them together, then choose that folder."),
        "loss",
    ),
    "archive:deep": FileWords(
        tr("Not looked into: packed too often"),
        tr("%n archive(s) (was|were) not looked into, or not wholly: too much is packed into each other."),
        _UNSEEN,
        tr("Unpack (it|them), then choose the folder."),
        "loss",
    ),
    "archive:broken": FileWords(
        tr("Archive broken off or damaged"),
        tr("%n archive(s) (is|are) broken off or damaged."),
        tr("What is whole in (it|them) was found. The rest cannot be had from (it|them)."),
        tr("Copy or download (it|them) once more, or ask the place (it|they) came from for a new copy."),
        "loss",
    ),
    "archive:behind": FileWords(
        tr("More than one image in one file"),
        tr("%n file(s) hold(s|) more than one image."),
        tr("The file is kept whole, but only its first image can be seen."),
        tr("Ask the place it came from for each image in a file of its own."),
        "loss",
    ),
    "unreadable:table": FileWords(
        tr("Table of contents damaged"),
        tr("%n table(s) of contents cannot be read, or not to (its|their) end."),
        tr("Every image that was found is here, but nobody can say whether that is all."),
        tr("Compare the number of images with what you were told, or ask the place (it|they) came from."),
    ),
    "unreadable:packing": FileWords(
        tr("Packed in an unknown way"),
        tr("%n file(s) in an archive (is|are) packed in a way not known here."),
        tr("If (it is an image|they are images), (it is|they are) not among those found here."),
        tr("Unpack the archive with the program that made it, or with one such as 7-Zip, then choose the folder."),
        "loss",
    ),
    "unreadable:part": FileWords(
        tr("Lies in another part of the archive"),
        tr("%n file(s) lie(s|) in another part of the archive."),
        tr("(It is|They are) not among the images found here."),
        tr("Put all parts into one folder and unpack them together, then choose that folder."),
        "loss",
    ),
    "unreadable:broken": FileWords(
        tr("Damaged in its archive"),
        tr("%n file(s) (is|are) damaged in the archive or disc image (it lies|they lie) in."),
        tr("All other images are not affected."),
        tr("Copy or download the archive once more, or ask the place it came from for a new copy."),
        "loss",
    ),
    "viewer-program": FileWords(
        tr("Part of a viewer program"),
        tr("%n file(s) belong(s|) to a viewer program."),
        tr("Scanshelf shows the images itself and never starts programs from a disc."),
        _NOTHING,
        "quiet",
    ),
    "encrypted": FileWords(
        tr("Encrypted"),
        tr("%n file(s) (is|are) encrypted."),
        tr("Only the program that locked (it|them) can read (it|them)."),
        tr("Ask for a disc without a password, “in DICOM format”."),
        "loss",
    ),
    "unreadable": FileWords(
        tr("Cannot be read"),
        tr("%n file(s) cannot be read."),
        tr("If it is a disc, it may be scratched or dirty. All other images are not affected."),
        tr("Wipe a disc from the middle to the edge and press “Try again”, or ask the hospital for a new copy."),
        "loss",
    ),
    "truncated": FileWords(
        tr("Ends too early"),
        tr("%n file(s) end(s|) too early."),
        tr("What is there of (it|them) can be kept; it is shown where enough is left for a picture."),
        _NEW_COPY,
    ),
    "truncated:left": FileWords(
        tr("Damaged, and of nobody known"),
        tr("%n damaged file(s) (does|do) not say whose (it is|they are)."),
        tr("(It was|They were) not put on your shelf, as (it|they) may be another person's."),
        tr("If an image of yours is missing, ask the place the disc came from for a new copy."),
    ),
    "header-damaged": FileWords(
        tr("Description damaged"),
        tr("%n file(s) (has a|have) damaged description(s)."),
        tr("(It is|They are) kept as far as (it|they) can be understood."),
        tr("Check the name and date on (it|them) before you rely on (it|them)."),
    ),
    "no-uid": FileWords(
        tr("Carries no number of its own"),
        tr("%n file(s) carr(ies|y) no number of (its|their) own."),
        tr("(It is|They are) kept and can be seen; Scanshelf knows (it by its|them by their) content."),
        _NOTHING,
        "quiet",
    ),
    "non-standard": FileWords(
        tr("Written in an unusual way"),
        tr("%n file(s) (is|are) written in an unusual way."),
        tr("(It was|They were) read all the same."),
        _NOTHING,
        "quiet",
    ),
    "refused-path": FileWords(
        tr("Name points somewhere else"),
        tr("%n name(s) of files point(s|) somewhere else."),
        tr("(It was|They were) not followed. Nothing on your computer was touched."),
        tr("If you expected images there, ask the place (it|they) came from."),
    ),
    "refused-link": FileWords(
        tr("Link to somewhere else"),
        tr("%n link(s) lead(s|) somewhere else."),
        tr("(It was|They were) not followed. Nothing on your computer was touched."),
        tr("If you expected images there, ask the place (it|they) came from."),
    ),
    "refused-special": FileWords(
        tr("Not a real file"),
        tr("%n name(s) (is not a file|are not files)."),
        tr("(It was|They were) left alone."),
        tr("If you expected images there, ask the place (it|they) came from."),
    ),
    "refused-bomb": FileWords(
        tr("Grows far too large when unpacked"),
        tr("%n archive(s) would grow far too large when unpacked."),
        tr("(It was|They were) left alone, so that (it|they) cannot fill this computer."),
        tr("If you expected images there, ask the place (it|they) came from."),
        "loss",
    ),
    "refused-limit": FileWords(
        tr("Asks for far too much room"),
        tr("%n file(s) ask(s|) for far more room than an image needs."),
        tr("(It was|They were) left alone, so that (it|they) cannot bring this computer to a halt."),
        tr("If you expected images there, ask the place (it|they) came from."),
        "loss",
    ),
    "missing": FileWords(
        tr("Listed, but not there"),
        tr("%n file(s) (is|are) in the table of contents, but not here."),
        tr(
            "(It was|They were) lost when the disc or copy was made, or the table of contents is that of another disc. "
            "All other images are not affected."
        ),
        tr("Ask the place (it|they) should have come from whether you were given everything."),
        "loss",
    ),
    "unlisted": FileWords(
        tr("Found, though not listed"),
        tr("%n file(s) (was|were) found that the table of contents does not list."),
        tr("Other viewers would not have shown (it|them). (It is|They are) taken like all others."),
        _NOTHING,
        "quiet",
    ),
    "changed": FileWords(
        tr("Changed while it was being read"),
        tr("%n file(s) changed while (it was|they were) being read."),
        tr("(It was|They were) not kept, because (it is|they are) not what you looked at."),
        tr("Close other programs that use this folder, then look at it again."),
        "loss",
    ),
    "medium-gone": FileWords(
        tr("Disc went away"),
        tr("%n file(s) could not be copied, because the disc, stick or folder went away."),
        tr("What was copied before is safe."),
        tr("Put it back in and press “Try again”: it goes on where it was."),
        "loss",
    ),
    "conflict": FileWords(
        tr("Another version of one image"),
        tr("%n image(s) (is|are) here in two versions that are not the same."),
        tr("Both versions are kept, side by side, so that nothing is lost."),
        tr("Press “Compare versions” at the exam on your shelf and say which one counts; none is sent before."),
    ),
    "duplicate": FileWords(
        tr("There more than once"),
        tr("%n file(s) (is|are) there more than once."),
        tr("Each image is kept once."),
        _NOTHING,
        "quiet",
    ),
    "unsupported-transfer-syntax": FileWords(
        tr("Packed in a way that cannot be shown"),
        tr("%n image(s) (is|are) packed in a way Scanshelf cannot unpack."),
        tr("(It is|They are) kept just as (it is|they are), but cannot be shown."),
        tr("Ask the place (it|they) came from for the image(s) “uncompressed”."),
    ),
    "decode-failed": FileWords(
        tr("Picture damaged"),
        tr("%n image(s) cannot be shown."),
        tr("The picture data is damaged. The file(s) (is|are) kept just as (it is|they are)."),
        _NEW_COPY,
        "loss",
    ),
    "decode-timeout": FileWords(
        tr("Took too long"),
        tr("%n image(s) took too long to read."),
        tr("(It is|They are) probably damaged and (was|were) set aside, so that the others could go on."),
        _NEW_COPY,
        "loss",
    ),
    "password-needed": FileWords(
        tr("Locked with a password"),
        tr("%n archive(s) (is|are) locked with a password."),
        tr("The images inside cannot be read without it."),
        tr("Ask for the password, unpack the archive with it, then choose the folder."),
        "loss",
    ),
    "no-space": FileWords(
        tr("No room left"),
        tr("%n file(s) could not be kept, because there is no room left on this computer."),
        tr("What was copied before is safe."),
        tr("Make room, then press “Try again”: it goes on where it was."),
        "loss",
    ),
}

STEPS: dict[str, str] = {
    "sign-in": tr("Waiting for you to sign in, in the browser"),
    "download": tr("Bringing the exam to this computer"),
    "list": tr("Reading the list of files"),
    "scan": tr("Reading what is on it"),
    "copy": tr("Putting it on your shelf"),
    "verify": tr("Checking your shelf"),
    "rebuild-records": tr("Reading the records of your shelf"),
    "rebuild-objects": tr("Reading the images of your shelf"),
    "upload-ask": tr("Asking what is there already"),
    "upload-send": tr("Sending"),
    "upload-compare": tr("Comparing with what is there already"),
    "upload-prove": tr("Checking that everything arrived"),
    "upload-wait": tr("Waiting for the network"),
}

# How an upload stands, before "3 of 412".
UPLOAD_STATES: dict[str, str] = {
    "waiting": tr("Waiting for its turn"),
    "sending": tr("On its way"),
    "waiting-for-network": tr("Waiting for the network"),
    "paused": tr("Paused"),
    "complete": tr("All that is on your shelf is there, checked"),
    "listed": tr("The server lists all that is on your shelf"),
    "partial": tr("Not all of it is there"),
    "failed": tr("Not sent"),
    "cancelled": tr("Stopped by you"),
}

# Why one image was not sent, or is not proven to be at the server ("coerced": it is there, but changed).
NOT_SENT: dict[str, str] = {
    "too-large": tr("Too large for this server; ask the people who run it how large an image may be"),
    "refused": tr("The server does not take it; the people who run it can say why"),
    "not-allowed": tr("The server does not take it from this account"),
    "kept-other": tr("The server holds something else under the same number; nothing there was replaced"),
    "not-kept": tr("The server said it took it and does not have it; send it again later"),
    "not-compared": tr("Already there, not compared: the server does not show whether it is the same"),
    "server-trouble": tr("The server had trouble with it; send it again later"),
    "conflict": tr("There are two versions of it on your shelf, and nobody said which one counts; neither was sent"),
    "no-uid": tr("It has no number a server could keep it under"),
    "changed": tr("Its file on your shelf is not as it was kept; put the disc in again"),
    "missing": tr("Its file is gone from your shelf; put the disc in again"),
    "unreadable": tr("Its file on your shelf cannot be read"),
    "coerced": tr("There, but the server changed something in it"),
    "not-converted": tr("This server takes explicit VRs only, and it cannot be written so; it stays on your shelf"),
    "not-sent": tr("Not sent"),
}

# What `verify` and `rebuild` find, and what opening the shelf put right.
FINDINGS: dict[str, str] = {
    "object-missing": tr("A file of an image is gone from the shelf's folder; put the disc in again to get it back"),
    "object-changed": tr("A file is not what was put on the shelf any more; put the disc in again to get it back"),
    "object-unreferenced": tr("A file lies in the shelf's folder that the index does not know; a rebuild takes it in"),
    "row-damaged": tr("A line of the index was changed from outside; a rebuild makes the index again"),
    "database-damaged": tr("The index is damaged; a rebuild makes it again from the images"),
    "record-damaged": tr("A record of earlier changes cannot be read; the images are not affected"),
    "change-finished": tr("A change that was interrupted was finished"),
    "removal-finished": tr("A removal that was interrupted was finished"),
    "journal-recovered": tr("The last change was finished"),
    "database-set-aside": tr("The index was damaged; it was set aside and made again from the images and records"),
    "incoming-cleaned": tr("Files that were only half copied were removed"),
    "index-rebuilt": tr("The index was made again from the images and records"),
    "other": tr("Something is not as it should be; a rebuild may put it right"),
}
