"""German of the sign-in pages, by the English texts of `templates/` and `texts.py`."""

from __future__ import annotations

from portal.server.base import password_hashes
from portal.server.oauth.sign_in_pages import texts
from portal.server.people import passwords
from portal.server.people import user_names as names

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
    "You changed your address in the last three days? Then ask with the one before.": (
        "Sie haben Ihre Adresse in den letzten drei Tagen geändert? Dann fragen Sie mit der vorigen."
    ),
    "Undo the change": "Änderung rückgängig machen",
    "Confirm this address": "Diese Adresse bestätigen",
    (
        "Your account gets this e-mail address again, and every device is signed out. Your exams and what you shared "
        "stay as they are."
    ): (
        "Ihr Konto bekommt diese E-Mail-Adresse zurück, und alle Geräte werden abgemeldet. Ihre Untersuchungen und was "
        "Sie geteilt haben bleiben, wie sie sind."
    ),
    (
        "With this you say that letters to this address reach you. A forgotten password can be renewed by it from then "
        "on."
    ): (
        "Damit sagen Sie, dass Briefe an diese Adresse Sie erreichen. Ein vergessenes Passwort lässt sich von da an "
        "über sie erneuern."
    ),
    "The change is undone": "Die Änderung ist rückgängig gemacht",
    "Your address is confirmed": "Ihre Adresse ist bestätigt",
    "Your account has this e-mail address again, and every device is signed out.": (
        "Ihr Konto hat diese E-Mail-Adresse wieder, und alle Geräte sind abgemeldet."
    ),
    (
        "The password was changed meanwhile, so it opens nothing any more. A letter with the way to a new one is on "
        "its way to you."
    ): (
        "Das Passwort wurde inzwischen geändert und öffnet deshalb nichts mehr. Ein Brief mit dem Weg zu einem neuen "
        "ist zu Ihnen unterwegs."
    ),
    "If somebody else may know your password, choose a new one now.": (
        "Wenn jemand anders Ihr Passwort kennen könnte, wählen Sie jetzt ein neues."
    ),
    "It works for 14 days, once. If you did not change your address yourself, call your practice now.": (
        "Er gilt 14 Tage lang, einmal. Wenn Sie Ihre Adresse nicht selbst geändert haben, rufen Sie jetzt Ihre Praxis "
        "an."
    ),
    "It works for 14 days, while your account has this address. Nothing was changed.": (
        "Er gilt 14 Tage lang, solange Ihr Konto diese Adresse hat. Nichts wurde geändert."
    ),
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
    "Your password was right. Use your passkey now, or type one of your recovery codes.": (
        "Ihr Passwort stimmt. Benutzen Sie jetzt Ihren Passkey, oder geben Sie einen Ihrer Wiederherstellungscodes ein."
    ),
    "Each recovery code works once.": "Jeder Wiederherstellungscode gilt einmal.",
    "Use a passkey": "Passkey benutzen",
    "Sign in with a passkey": "Mit Passkey anmelden",
    "The device gave no passkey. Try it once more, or go on without.": (
        "Das Gerät gab keinen Passkey. Versuchen Sie es noch einmal, oder machen Sie ohne ihn weiter."
    ),
    texts.WRONG_PASSKEY: (
        "Dieser Passkey öffnete das Konto nicht. Versuchen Sie es noch einmal; bleibt es dabei, melden Sie sich mit "
        "Benutzername und Passwort an."
    ),
    texts.WRONG_FACTOR: (
        "Dieser Code passt nicht. Ein Code der App gilt einmal und eine halbe Minute lang: Warten Sie auf den "
        "nächsten. Passt nie einer, sehen Sie nach, ob die Uhr Ihres Telefons richtig geht."
    ),
    texts.STEP_OVER: "Das hat mehr als zehn Minuten gedauert oder war schon getan. Bitte melden Sie sich neu an.",
    "Activate your account": "Konto aktivieren",
    "Your practice made an account for you. Choose how you want to sign in from now on.": (
        "Ihre Praxis hat ein Konto für Sie angelegt. Wählen Sie, wie Sie sich von nun an anmelden."
    ),
    "Activation code": "Aktivierungscode",
    "12 letters and digits from your invitation. It works once, for one month.": (
        "12 Buchstaben und Ziffern aus Ihrer Einladung. Er gilt einmal, einen Monat lang."
    ),
    "User name you want": "Gewünschter Benutzername",
    "At least 3 letters or digits, without blanks.": "Mindestens 3 Buchstaben oder Ziffern, ohne Leerzeichen.",
    "New password": "Neues Passwort",
    "New password once more": "Neues Passwort noch einmal",
    "At least 10 letters. A few words in a row are easy to remember.": (
        "Mindestens 10 Zeichen. Ein paar Wörter hintereinander merkt man sich leicht."
    ),
    "Activate and sign in": "Aktivieren und anmelden",
    "Your account is ready already?": "Ihr Konto ist schon bereit?",
    "Your account is ready": "Ihr Konto ist bereit",
    "You are signed in. Your user name is:": "Sie sind angemeldet. Ihr Benutzername ist:",
    "Go to My Exams": "Zu Meine Untersuchungen",
    "To use Scanshelf on your computer, open it, choose My portal and sign in. Your portal's address is:": (
        "Um Scanshelf auf Ihrem Computer zu verwenden, öffnen Sie es, wählen Sie My portal und melden Sie sich an. Die "
        "Adresse Ihres Portals ist:"
    ),
    "Sign in a device": "Ein Gerät anmelden",
    "Scanshelf on another device shows a code. Type it here only if you started it there yourself.": (
        "Scanshelf auf einem anderen Gerät zeigt einen Code. Geben Sie ihn hier nur ein, wenn Sie es dort selbst "
        "gestartet haben."
    ),
    "Code on the device": "Code auf dem Gerät",
    "8 letters and digits.": "8 Buchstaben und Ziffern.",
    "Sign in the device": "Gerät anmelden",
    "This was not me": "Das war nicht ich",
    "You are signed in.": "Sie sind angemeldet.",
    "Your device opens your account in a moment.": "Ihr Gerät öffnet Ihr Konto in einem Augenblick.",
    "You can close this page.": "Sie können diese Seite schließen.",
    "The device was sent away": "Das Gerät wurde abgewiesen",
    "It did not get into your account. If you did not expect this code, nothing more needs to be done.": (
        "Es kam nicht in Ihr Konto. Haben Sie diesen Code nicht erwartet, ist nichts weiter zu tun."
    ),
    "Sign in from Scanshelf": "Von Scanshelf aus anmelden",
    (
        "This page opens from Scanshelf on your computer. The link that brought you here was not made by it, or lost "
        "a part on the way, so nothing was asked of you."
    ): (
        "Diese Seite öffnet sich aus Scanshelf auf Ihrem Computer. Der Link, der Sie herbrachte, stammt nicht daher "
        "oder verlor unterwegs einen Teil, deshalb wurden Sie nichts gefragt."
    ),
    "Open Scanshelf, choose My portal and press Sign in.": (
        "Öffnen Sie Scanshelf, wählen Sie My portal und drücken Sie Sign in."
    ),
    "Forgotten user name or password": "Benutzername oder Passwort vergessen",
    (
        "Type the e-mail address your practice has of you. We send your user name there, and a button to choose a new "
        "password."
    ): (
        "Geben Sie die E-Mail-Adresse ein, die Ihre Praxis von Ihnen hat. Dorthin schicken wir Ihren Benutzernamen und "
        "eine Schaltfläche, um ein neues Passwort zu wählen."
    ),
    "E-mail address": "E-Mail-Adresse",
    "Send": "Senden",
    "Letters from this portal": "Briefe aus diesem Portal",
    "Letters when a report can be seen": "Briefe, wenn ein Befund zu sehen ist",
    "Letters each time a shared exam is opened": "Briefe, wenn eine geteilte Untersuchung geöffnet wird",
    "Letters when a shared exam can be opened once more": (
        "Briefe, wenn sich eine geteilte Untersuchung nur noch einmal öffnen lässt"
    ),
    "Letters before a shared exam ends": "Briefe, bevor eine geteilte Untersuchung endet",
    "They are switched off. Letters that keep your account safe still come.": (
        "Sie sind abgeschaltet. Briefe, die Ihr Konto schützen, kommen weiterhin."
    ),
    "To have them again, sign in and look under My Account.": (
        "Um sie wieder zu bekommen, melden Sie sich an und sehen Sie unter Mein Konto nach."
    ),
    "My Account": "Mein Konto",
    "Press the button, and no more of them are sent to you. You can switch them on again under My Account.": (
        "Drücken Sie die Schaltfläche, dann kommen keine mehr. Unter Mein Konto schalten Sie sie wieder ein."
    ),
    "Send me no more of them": "Keine mehr schicken",
    "No e-mail address there? Call your practice.": "Dort keine E-Mail-Adresse? Rufen Sie Ihre Praxis an.",
    "Choose a new password": "Neues Passwort wählen",
    "All devices are signed out with it. Your exams and what you shared stay as they are.": (
        "Alle Geräte werden damit abgemeldet. Ihre Untersuchungen und was Sie geteilt haben, bleiben, wie sie sind."
    ),
    "Change my password": "Passwort ändern",
    "Your password is changed": "Ihr Passwort ist geändert",
    "Sign in with your new password. Your user name is:": (
        "Melden Sie sich mit dem neuen Passwort an. Ihr Benutzername ist:"
    ),
    "In Scanshelf on your computer, press Sign in under My portal.": (
        "In Scanshelf auf Ihrem Computer drücken Sie Sign in unter My portal."
    ),
    "This link has ended": "Dieser Link gilt nicht mehr",
    "It works once, for {minutes} minutes, and a newer letter ends the one before. Nothing was changed.": (
        "Er gilt einmal, {minutes} Minuten lang, und ein neuerer Brief beendet den früheren. Nichts wurde geändert."
    ),
    "Ask for a new letter": "Einen neuen Brief anfordern",
    "Look into your mail": "Sehen Sie in Ihre E-Mails",
    "If an account has this address, a letter is on its way. Its button works once, for {minutes} minutes.": (
        "Hat ein Konto diese Adresse, ist ein Brief unterwegs. Seine Schaltfläche gilt einmal, {minutes} Minuten lang."
    ),
    (
        "Nothing there after some minutes? Look into the spam folder, try another address of yours, or call your "
        "practice."
    ): (
        "Nach einigen Minuten nichts da? Sehen Sie in den Spam-Ordner, versuchen Sie eine andere Ihrer Adressen oder "
        "rufen Sie Ihre Praxis an."
    ),
    texts.PASSWORDS_DIFFER: "Die beiden Passwörter sind nicht gleich. Geben Sie Ihr neues Passwort zweimal ein.",
    texts.UNKNOWN_DEVICE: (
        "Unter diesem Code wartet kein Gerät. Vergleichen Sie ihn mit dem auf dem Gerät; er gilt 10 Minuten."
    ),
    texts.ACTIVATION["not-found"]: (
        "Diesen Aktivierungscode gibt es nicht. Vergleichen Sie ihn Buchstabe für Buchstabe mit Ihrer Einladung."
    ),
    texts.ACTIVATION["code-used"]: (
        "Dieser Aktivierungscode gilt nicht mehr: Er wurde benutzt, ein neuerer trat an seine Stelle, oder er ist "
        "älter als einen Monat. Ist Ihr Konto bereit, melden Sie sich an; sonst bitten Sie Ihre Praxis um einen neuen "
        "Code."
    ),
    texts.ACTIVATION["conflict"]: "Diesen Benutzernamen hat schon jemand anderes. Wählen Sie einen anderen.",
    texts.RULES["user_name", "letters"]: (
        f"Ein Benutzername hat {names.SHORTEST} bis {names.LONGEST} Buchstaben, Ziffern oder die Zeichen . _ - + @, "
        "ohne Leerzeichen."
    ),
    texts.RULES["password", "too-short"]: (
        f"Ein Passwort hat mindestens {passwords.SHORTEST} Zeichen. Ein paar Wörter hintereinander merkt man sich "
        "leicht."
    ),
    texts.RULES["password", "too-long"]: (
        f"Ein Passwort hat höchstens {password_hashes.LONGEST} Zeichen. Wählen Sie ein kürzeres."
    ),
    texts.RULES["password", "is-user-name"]: ("Ihr Passwort darf nicht Ihr Benutzername sein. Wählen Sie ein anderes."),
    texts.RULES["password", "too-common"]: (
        "Dieses Passwort gehört zu denen, die zuerst versucht werden. Wählen Sie ein anderes: Ein paar Wörter "
        "hintereinander merken sich leicht."
    ),
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
