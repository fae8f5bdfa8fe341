// German of Share Exam and of Shared Exams.

export const german = {
  "Back to the exam": "Zurück zur Untersuchung",
  "This exam can be shared once all you sent of it has arrived.":
    "Diese Untersuchung lässt sich teilen, sobald alles angekommen ist, was Sie davon geschickt haben.",
  "This exam can be shared once its report is there: on {moment}.":
    "Diese Untersuchung lässt sich teilen, sobald der Befund da ist: am {moment}.",
  "Images and reports are sensitive. Share them only with people you trust.":
    "Bilder und Befunde sind sehr persönlich. Teilen Sie sie nur mit Menschen, denen Sie vertrauen.",
  "May be downloaded": "Darf heruntergeladen werden",
  "Otherwise they can only be looked at.": "Sonst lässt sich alles nur ansehen.",
  "Whom is it for?": "Für wen ist es?",
  "For your own list, such as “Dr Weber”. The recipient does not see it.":
    "Für Ihre eigene Liste, etwa „Dr. Weber“. Der Empfänger sieht es nicht.",
  "E-mail address": "E-Mail-Adresse",
  "Code on a second sheet": "Code auf einem zweiten Blatt",
  "So that link and code can be handed over separately.": "So lassen sich Link und Code getrennt übergeben.",
  "Name the exam on the paper": "Die Untersuchung auf dem Papier nennen",
  "By e-mail": "Per E-Mail",
  "The portal sends the link. You tell the code by phone or in person.":
    "Das Portal schickt den Link. Den Code sagen Sie am Telefon oder persönlich.",
  "On paper": "Auf Papier",
  "You print an invitation, or keep it as a PDF.": "Sie drucken eine Einladung oder behalten sie als PDF.",
  "Copy link and code": "Link und Code kopieren",
  "You send the link yourself, and the code by another way.": "Sie schicken den Link selbst, und den Code auf einem anderen Weg.",
  "How does the invitation get there?": "Wie kommt die Einladung an?",
  "Images and report": "Bilder und Befund",
  "What do you share?": "Was teilen Sie?",
  "Message to the recipient": "Nachricht an den Empfänger",
  "If you like. It is shown with the exam.": "Wenn Sie möchten. Sie steht bei der Untersuchung.",
  "Shared until": "Geteilt bis",
  "At most a year. It can be opened ten times until then, and you can end it at any time.":
    "Höchstens ein Jahr. Bis dahin lässt es sich zehnmal öffnen, und Sie können es jederzeit beenden.",
  "The exam is shared": "Die Untersuchung ist geteilt",
  "The link is on its way to {to}. Now tell the code: by phone, on paper or in person.":
    "Der Link ist unterwegs an {to}. Sagen Sie nun den Code: am Telefon, auf Papier oder persönlich.",
  "This portal sends no e-mail. Please send the link to {to} yourself, and the code by another way.":
    "Dieses Portal verschickt keine E-Mails. Bitte schicken Sie den Link selbst an {to}, und den Code auf einem anderen Weg.",
  "Verification code": "Prüfcode",
  "Copy the code": "Code kopieren",
  "Tell it by another way than the link: never send both in one message.":
    "Sagen Sie ihn auf einem anderen Weg als den Link: Schicken Sie nie beides in einer Nachricht.",
  "It is shown this once. Nobody can show it again, your practice neither.":
    "Er wird nur dieses eine Mal gezeigt. Niemand kann ihn noch einmal zeigen, auch Ihre Praxis nicht.",
  Link: "Link",
  "Copy the link": "Link kopieren",
  "Without a link: open {address} and type {code}.": "Ohne Link: {address} öffnen und {code} eintippen.",
  Copied: "Kopiert",
  "Please copy it by hand": "Bitte von Hand kopieren",
  "Print the invitation (PDF)": "Einladung drucken (PDF)",
  "invitation.pdf": "Einladung.pdf",
  "To Shared Exams": "Zu den geteilten Untersuchungen",
  "Everything you ever shared. Each can be ended at any time.":
    "Alles, was Sie je geteilt haben. Jedes lässt sich jederzeit beenden.",
  "You have shared nothing yet. Open an exam, and press Share Exam.":
    "Sie haben noch nichts geteilt. Öffnen Sie eine Untersuchung und drücken Sie Untersuchung teilen.",
  "Show more": "Mehr zeigen",
  Revoked: "Widerrufen",
  "You revoked access on {moment}.": "Sie haben den Zugang am {moment} widerrufen.",
  Expired: "Abgelaufen",
  "It was opened as often as it can be.": "Es wurde so oft geöffnet, wie es geht.",
  "Its last day is over.": "Der letzte Tag ist vorbei.",
  Viewed: "Angesehen",
  "Last opened on {moment}.": "Zuletzt geöffnet am {moment}.",
  Active: "Aktiv",
  "Nobody has used it yet.": "Noch hat es niemand genutzt.",
  "Opened {used} of {most} times": "{used} von {most} Mal geöffnet",
  "Shared until {day}": "Geteilt bis {day}",
  "{parts}, may be downloaded": "{parts}, darf heruntergeladen werden",
  "{parts}, to look at only": "{parts}, nur zum Ansehen",
  "somebody you gave the link": "jemanden, dem Sie den Link gaben",
  "For {whom}": "Für {whom}",
  "Made on {moment}": "Angelegt am {moment}",
  "Too many wrong codes were typed, so it is locked for good. Make a new share instead.":
    "Zu oft wurde ein falscher Code eingegeben, deshalb ist es endgültig gesperrt. Teilen Sie stattdessen neu.",
  "Strangers guessed at the typed code, so only the link opens it now.":
    "Fremde haben den getippten Code zu raten versucht, deshalb öffnet es jetzt nur noch der Link.",
  "{n} study came to this exam later, and is not shared.": "{n} Studie kam später zu dieser Untersuchung und ist nicht geteilt.",
  "{n} studies came to this exam later, and are not shared.": "{n} Studien kamen später zu dieser Untersuchung und sind nicht geteilt.",
  "Edit “Shared until”": "„Geteilt bis“ ändern",
  Unlock: "Entsperren",
  "Make a new one": "Neu teilen",
  "Revoke Access": "Zugang widerrufen",
  "Longer or shorter, at most a year after it was made. The link stays the same.":
    "Länger oder kürzer, höchstens ein Jahr nach dem Anlegen. Der Link bleibt derselbe.",
  Save: "Speichern",
  "Leave as it is": "So lassen",
  "Saved.": "Gespeichert.",
  "Revoke access?": "Zugang widerrufen?",
  "Nobody can open it any more, from this moment on. This cannot be undone; you can make a new share instead.":
    "Niemand kann es mehr öffnen, von diesem Augenblick an. Das lässt sich nicht rückgängig machen; Sie können stattdessen neu teilen.",
  "Copies that were downloaded already cannot be called back.": "Schon heruntergeladene Kopien lassen sich nicht zurückholen.",
  "Keep sharing": "Weiter teilen",
  "Access is revoked.": "Der Zugang ist widerrufen.",
  "The typed code works again.": "Der getippte Code gilt wieder.",
  "Please choose a day after today and within a year.": "Bitte wählen Sie einen Tag nach heute und innerhalb eines Jahres.",
  "Please choose a day from today on, within a year after you shared it.":
    "Bitte wählen Sie einen Tag ab heute, innerhalb eines Jahres nach dem Teilen.",
  "This is no e-mail address. Please look at it once more.": "Das ist keine E-Mail-Adresse. Bitte sehen Sie noch einmal nach.",
  "The words for whom it is are too long. Please shorten them.": "Die Angabe, für wen es ist, ist zu lang. Bitte kürzen Sie sie.",
  "The message is too long. Please shorten it.": "Die Nachricht ist zu lang. Bitte kürzen Sie sie.",
  "Please choose what to share: images, report, or both.": "Bitte wählen Sie, was Sie teilen: Bilder, Befund oder beides.",
  "Access was revoked, which cannot be undone. Make a new share instead.":
    "Der Zugang wurde widerrufen; das lässt sich nicht rückgängig machen. Teilen Sie stattdessen neu.",
  "It was opened as often as it can be. Make a new share instead.":
    "Es wurde so oft geöffnet, wie es geht. Teilen Sie stattdessen neu.",
  "You asked your practice to delete this account, so nothing can be shared any more. If you changed your mind, call there.":
    "Sie haben Ihre Praxis gebeten, dieses Konto zu löschen, deshalb lässt sich nichts mehr teilen. Haben Sie es sich anders überlegt, rufen Sie dort an.",
  "These are exams of different persons. Please share them one by one.":
    "Das sind Untersuchungen verschiedener Personen. Bitte teilen Sie sie einzeln.",
  "This was sent long ago already. Please look at Shared Exams, or begin anew.":
    "Das wurde schon vor langer Zeit geschickt. Bitte sehen Sie unter Geteilte Untersuchungen nach, oder beginnen Sie neu.",
  "This was sent already. Please look at Shared Exams, or begin anew.":
    "Das wurde schon geschickt. Bitte sehen Sie unter Geteilte Untersuchungen nach, oder beginnen Sie neu.",
};
