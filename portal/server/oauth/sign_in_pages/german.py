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
    "Second step": "Zweiter Schritt",
    "Your password was right. Open the authenticator app on your phone and type the code it shows for this portal.": (
        "Ihr Passwort stimmt. Öffnen Sie die Authenticator-App auf Ihrem Telefon und geben Sie den Code ein, den sie "
        "für dieses Portal zeigt."
    ),
    "Code": "Code",
    "6 digits. Without your phone: one of your recovery codes.": (
        "6 Ziffern. Ohne Telefon: einer Ihrer Wiederherstellungscodes."
    ),
    "Neither phone nor recovery codes? Call your practice, which takes the second step away.": (
        "Weder Telefon noch Wiederherstellungscodes? Rufen Sie Ihre Praxis an, sie nimmt den zweiten Schritt weg."
    ),
    texts.WRONG_FACTOR: (
        "Dieser Code passt nicht. Ein Code der App gilt einmal und eine halbe Minute lang: Warten Sie auf den "
        "nächsten. Passt nie einer, sehen Sie nach, ob die Uhr Ihres Telefons richtig geht."
    ),
    texts.STEP_OVER: "Das hat mehr als zehn Minuten gedauert oder war schon getan. Bitte melden Sie sich neu an.",
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
