"""German of the sign-in pages, by the English texts of `templates/` and `texts.py`."""

from __future__ import annotations

from portal.server.oauth.sign_in_pages import texts

GERMAN = {
    "Sign in": "Anmelden",
    "Scanshelf on this computer asks to open your account.": (
        "Scanshelf auf diesem Computer bittet, Ihr Konto öffnen zu dürfen."
    ),
    "You are signed out.": "Sie sind abgemeldet.",
    "User name": "Benutzername",
    "Password": "Passwort",
    "Cancel": "Abbrechen",
    "Forgotten user name or password?": "Benutzername oder Passwort vergessen?",
    "First time here?": "Zum ersten Mal hier?",
    "Activate Account": "Konto aktivieren",
    "This is a practice portal on this computer. Nobody else can reach it.": (
        "Dies ist ein Übungsportal auf diesem Computer. Niemand sonst kann es erreichen."
    ),
    "Questions?": "Fragen?",
    "phone": "Telefon",
    "Language": "Sprache",
    texts.WRONG_SIGN_IN: (
        "Benutzername und Passwort passen nicht zusammen. Sehen Sie nach, ob die Feststelltaste an ist, und geben Sie "
        "beides noch einmal ein."
    ),
    texts.LAPSED: (
        "Ein Jahr lang hat sich niemand in diesem Konto angemeldet, deshalb ruht es. Nichts wurde gelöscht: Rufen Sie "
        "Ihre Praxis an, sie öffnet es wieder."
    ),
    texts.OLD_FORM: (
        "Diese Seite war lange offen, oder Ihr Browser behält keine Cookies. Bitte geben Sie es noch einmal ein."
    ),
    texts.TOO_OFTEN: (
        "Das wurde zu oft versucht. Warten Sie zur Sicherheit {minutes} Minuten und versuchen Sie es dann noch einmal. "
        "Nichts wurde geändert."
    ),
    texts.TOO_OFTEN_A_MINUTE: (
        "Das wurde zu oft versucht. Warten Sie zur Sicherheit eine Minute und versuchen Sie es dann noch einmal. "
        "Nichts wurde geändert."
    ),
}


def translated(text: str, language: str) -> str:
    """Say a text in a language; what is not there stays English, which a test does not let happen."""
    return GERMAN.get(text, text) if language == "de" else text
