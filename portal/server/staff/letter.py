"""The activation letter as the desk prints it: the code comes with the request, since nothing of it is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from dicom.people.names import display_name
from portal.activation_letter import ActivationLetter, LetterWords, activation_pdf
from portal.server.base.problems import Problem
from portal.server.base.tables import ActivationRow, PatientRow, PracticeRow
from portal.server.base.typed_codes import grouped, normalised, sealed
from portal.server.notices.outbox import language_of
from portal.server.people.account_shapes import ACTIVATE_PATH, activation_address, practice_shape
from portal.server.people.invitations import PURPOSE, account_of
from portal.server.people.telling import moment_of
from portal.server.services import Services

_BORN = {"en": "born {date}", "de": "geboren am {date}"}
_WORDS = {
    "en": {
        "title": "Your account at our patient portal",
        "lead": "In our patient portal you see your images and reports, and can share them. This letter gives you the "
        "account we made for you.",
        "open": "Open the page",
        "code": "Point the camera of a phone at the square, or type this address into a browser:",
        "type": "Type the activation code",
        "choose": "Choose a user name and a password",
        "until": "The code works once, until {until}. After that ask us for a new one.",
        "keep": "Whoever has this letter can take over the account: keep it until you have done so.",
        "local": "This is a practice portal on one computer: the address works on that computer alone.",
        "questions": "Questions? {reached}",
    },
    "de": {
        "title": "Ihr Konto in unserem Patientenportal",
        "lead": "In unserem Patientenportal sehen Sie Ihre Bilder und Befunde und können sie teilen. Mit diesem Brief "
        "übernehmen Sie das Konto, das wir für Sie angelegt haben.",
        "open": "Öffnen Sie die Seite",
        "code": "Halten Sie die Kamera eines Telefons auf das Quadrat, oder geben Sie diese Adresse ein:",
        "type": "Geben Sie den Aktivierungscode ein",
        "choose": "Wählen Sie Benutzernamen und Passwort",
        "until": "Der Code gilt einmal, bis {until}. Danach geben wir Ihnen einen neuen.",
        "keep": "Wer diesen Brief hat, kann das Konto übernehmen: Bewahren Sie ihn so lange gut auf.",
        "local": "Dies ist ein Portal auf einem einzelnen Computer: Die Adresse gilt nur dort.",
        "questions": "Fragen? {reached}",
    },
}


def activation_letter(session: Session, services: Services, patient: PatientRow, typed: str, now: datetime) -> bytes:
    """Print the letter; raises `Problem("not-found")` where the code is not this patient's, "code-used" once it is."""
    code = normalised(typed)
    row = session.get(ActivationRow, sealed(services.secret, PURPOSE, code))
    account = account_of(session, patient.id)
    if row is None or account is None or row.account != account.id:
        raise Problem("not-found")
    if row.used_at is not None or row.voided_at is not None or row.expires_at <= now:
        raise Problem("code-used")
    practice = session.get_one(PracticeRow, patient.practice)
    words = _words(practice, moment_of(practice, row.expires_at), local=services.settings.local)
    letter = ActivationLetter(
        practice=practice_shape(practice),
        letterhead=tuple((practice.letterhead or "").splitlines()),
        person=_person(patient, words.language),
        address=activation_address(services.settings, grouped(code)),
        page=f"{services.settings.public_url}{ACTIVATE_PATH}",
        code=grouped(code),
        words=words,
    )
    return activation_pdf(letter)


def _person(patient: PatientRow, language: str) -> tuple[str, ...]:
    date = patient.patient_birth_date or ""
    born = f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 else date
    lines = [display_name(patient.patient_name or ""), _BORN[language].format(date=born)]
    return (*lines, f"Patient ID: {patient.patient_id}") if patient.patient_id else tuple(lines)


def _words(practice: PracticeRow, until: str, *, local: bool) -> LetterWords:
    language = language_of(practice)
    said = dict(_WORDS[language])
    reached = ", ".join(each for each in (practice.name, practice.phone, practice.email) if each)
    said["until"] = said["until"].format(until=until)
    said["questions"] = said["questions"].format(reached=reached)
    return LetterWords(language=language, **{**said, "local": said["local"] if local else None})  # type: ignore[arg-type]
