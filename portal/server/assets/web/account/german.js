// German of My Account.

export const german = {
  "Personal data": "Persönliche Daten",
  "Patient ID {id}": "Patientennummer {id}",
  "This account stands for these persons:": "Dieses Konto steht für diese Personen:",
  "This account stands for:": "Dieses Konto steht für:",
  "Something wrong with name, birth date or Patient ID? Your practice changes it.":
    "Stimmt etwas mit Name, Geburtsdatum oder Patientennummer nicht? Ihre Praxis ändert es.",
  "Signing in": "Anmelden",
  "User name: {name}": "Benutzername: {name}",
  "Change your password": "Passwort ändern",
  "We send a link to your e-mail address. Whoever is signed in is signed out then.":
    "Wir schicken einen Link an Ihre E-Mail-Adresse. Wer angemeldet ist, wird dann abgemeldet.",
  "Second step and passkeys": "Zweiter Schritt und Passkeys",
  "If nobody signs in until {day}, the account rests. Nothing is deleted then; your practice opens it again.":
    "Meldet sich bis {day} niemand an, ruht das Konto. Gelöscht wird dann nichts; Ihre Praxis öffnet es wieder.",
  Language: "Sprache",
  "Delete the account": "Konto löschen",
  "Your practice deletes the account when you ask for it. Whatever you shared ends at once.":
    "Ihre Praxis löscht das Konto, wenn Sie darum bitten. Was Sie geteilt haben, endet sofort.",
  "Ask for deletion": "Um Löschung bitten",
  "You asked for it on {moment}. Nobody can open what you shared any more. Changed your mind? Please call:":
    "Sie haben am {moment} darum gebeten. Was Sie geteilt haben, kann niemand mehr öffnen. Anders überlegt? Bitte rufen Sie an:",
  "Everything you shared ends at once, for good. Your practice then deletes the account, with what you sent yourself.":
    "Alles, was Sie geteilt haben, endet sofort und endgültig. Ihre Praxis löscht dann das Konto, mit allem, was Sie selbst geschickt haben.",
  "What the practice made of you stays there, as the law asks.":
    "Was die Praxis von Ihnen aufgenommen hat, bleibt dort, wie das Gesetz es verlangt.",
  "Ask your practice to delete this account?": "Ihre Praxis bitten, dieses Konto zu löschen?",
  "Keep the account": "Konto behalten",
  "Your practice was asked.": "Ihre Praxis wurde gebeten.",
  "This is no phone number. Please look at it once more.": "Das ist keine Telefonnummer. Bitte sehen Sie noch einmal nach.",
  "This is no e-mail address. Please look at it once more.": "Das ist keine E-Mail-Adresse. Bitte sehen Sie noch einmal nach.",
  "How you are reached": "Wie wir Sie erreichen",
  "E-mail: {address}": "E-Mail: {address}",
  "Phone: {number}": "Telefon: {number}",
  none: "keine",
  "Your practice changes this itself. Please contact:": "Ihre Praxis ändert das selbst. Bitte wenden Sie sich an:",
  "E-mail": "E-Mail",
  Phone: "Telefon",
  Save: "Speichern",
  "Saved.": "Gespeichert.",
  "Saved. We wrote to {address}: please press the button in that letter.":
    "Gespeichert. Wir haben an {address} geschrieben: Bitte drücken Sie die Schaltfläche in diesem Brief.",
  "Who is signed in": "Wer angemeldet ist",
  "Do you not know one of them? End it, and change your password.":
    "Kennen Sie etwas davon nicht? Beenden Sie es und ändern Sie Ihr Passwort.",
  "A program of yours": "Ein Programm von Ihnen",
  "A sign-in": "Eine Anmeldung",
  "Since {moment}": "Seit {moment}",
  "{name} (this one)": "{name} (diese hier)",
  "last used {moment}": "zuletzt benutzt {moment}",
  "End: {name}": "Beenden: {name}",
  End: "Beenden",
  "It is ended.": "Es ist beendet.",
  "Sign out everywhere": "Überall abmelden",
  "When a report can be seen": "Wenn ein Befund zu sehen ist",
  "Each time a shared exam is opened": "Jedes Mal, wenn eine geteilte Untersuchung geöffnet wird",
  "When a shared exam can be opened once more": "Wenn sich eine geteilte Untersuchung nur noch einmal öffnen lässt",
  "Before a shared exam ends": "Bevor eine geteilte Untersuchung endet",
  "Write to me": "Schreiben Sie mir",
  Letters: "Briefe",
  "Letters that keep your account safe always come: new sign-ins, changes of password or address, wrong codes.":
    "Briefe, die Ihr Konto schützen, kommen immer: neue Anmeldungen, geändertes Passwort oder Adresse, falsche Codes.",
};
