// German of the frame, of trouble and of finding one's way.

export const german = {
  "To the content": "Zum Inhalt",
  Account: "Konto",
  Places: "Bereiche",
  "Sign out": "Abmelden",
  "Sign in": "Anmelden",
  "Signed in as {name}": "Angemeldet als {name}",
  "My Exams": "Meine Untersuchungen",
  "My patients' exams": "Untersuchungen meiner Patienten",
  "Back to the first page": "Zurück zur ersten Seite",
  Patients: "Patienten",
  Reports: "Befunde",
  Inbox: "Eingang",
  Letters: "Briefe",
  Staff: "Team",
  Settings: "Einstellungen",
  "Shared Exams": "Geteilte Untersuchungen",
  "Second step": "Zweiter Schritt",
  Activity: "Aktivität",
  "My Account": "Mein Konto",
  "Add images": "Bilder hinzufügen",
  "This is a practice portal on this computer. Nobody else can reach it.":
    "Dies ist ein Übungsportal auf diesem Computer. Niemand sonst kann es erreichen.",
  "Not a medical device: please do not use these images for a diagnosis.":
    "Kein Medizinprodukt: Bitte verwenden Sie diese Bilder nicht für eine Diagnose.",
  "Questions? Your practice helps:": "Fragen? Ihre Praxis hilft:",
  "You are signed out": "Sie sind abgemeldet",
  "You did nothing here for {n} minutes, so you were signed out for safety. Nothing was lost.":
    "{n} Minuten lang ist hier nichts geschehen. Zur Sicherheit wurden Sie abgemeldet. Es ging nichts verloren.",
  "You are not signed in here any more: you signed out, somebody else signed in, or the time was over. Nothing was lost.":
    "Sie sind hier nicht mehr angemeldet: Sie haben sich abgemeldet, jemand anderes hat sich angemeldet, oder die Zeit war um. Es ging nichts verloren.",
  "This cannot be shown just now": "Das lässt sich gerade nicht zeigen",
  "There is nothing here": "Hier ist nichts",
  "The address may be misspelt, or what was here was taken away.":
    "Die Adresse ist vielleicht falsch geschrieben, oder was hier war, wurde weggenommen.",
  "Back to My Exams": "Zurück zu Meine Untersuchungen",
  "Try again": "Noch einmal versuchen",
  "a minute": "eine Minute",
  "{n} minutes": "{n} Minuten",
  "The portal cannot answer just now. Nothing was lost. Please try again in a minute.":
    "Das Portal kann gerade nicht antworten. Es ging nichts verloren. Bitte versuchen Sie es in einer Minute noch einmal.",
  "The portal did not take this. Please load the page again; if it happens once more, ask your practice.":
    "Das Portal hat dies nicht angenommen. Bitte laden Sie die Seite neu; geschieht es wieder, fragen Sie Ihre Praxis.",
  "This device has no network just now. Please check its connection, then try again.":
    "Dieses Gerät hat gerade keine Verbindung. Bitte prüfen Sie sie und versuchen Sie es dann noch einmal.",
  "The portal does not answer. Please check your connection, then try again.":
    "Das Portal antwortet nicht. Bitte prüfen Sie Ihre Verbindung und versuchen Sie es dann noch einmal.",
  "The portal has no room left. Please tell your practice.": "Das Portal hat keinen Platz mehr. Bitte sagen Sie es Ihrer Praxis.",
  "There is nothing here, or no longer. Please go back to the list, and look there.":
    "Hier ist nichts, oder nichts mehr. Bitte gehen Sie zurück zur Liste und sehen Sie dort nach.",
  "Your account may not do this. Please ask your practice.": "Das darf Ihr Konto nicht. Bitte fragen Sie Ihre Praxis.",
  "Your practice changes this itself. Please call there.": "Das ändert Ihre Praxis selbst. Bitte rufen Sie dort an.",
  "Nobody signed in to this account for a year, so it rests. Nothing was deleted: call your practice, which opens it again.":
    "Ein Jahr lang hat sich niemand in diesem Konto angemeldet, deshalb ruht es. Nichts wurde gelöscht: Rufen Sie Ihre Praxis an, sie öffnet es wieder.",
  "This was tried too often. Please wait {wait}, then try again.":
    "Das wurde zu oft versucht. Bitte warten Sie {wait} und versuchen Sie es dann noch einmal.",
  "This was changed meanwhile. Please load the page again, and look at it once more.":
    "Das wurde inzwischen geändert. Bitte laden Sie die Seite neu und sehen Sie es sich noch einmal an.",
  "This does not fit what is there already. Please load the page again.":
    "Das passt nicht zu dem, was schon da ist. Bitte laden Sie die Seite neu.",
  "This exam can be shared once its report is there.": "Diese Untersuchung lässt sich teilen, sobald der Befund da ist.",
  "What the portal keeps of this is damaged. Please tell your practice: it has to be sent again.":
    "Was das Portal davon aufbewahrt, ist beschädigt. Bitte sagen Sie es Ihrer Praxis: Es muss noch einmal geschickt werden.",
  "This is larger than the portal takes. Please send less at once.":
    "Das ist größer, als das Portal annimmt. Bitte schicken Sie weniger auf einmal.",
  "Something that was typed does not fit. Please look at it once more.":
    "Etwas von dem, was eingegeben wurde, passt nicht. Bitte sehen Sie es sich noch einmal an.",
  "The portal does not take this kind of file.": "Diese Art Datei nimmt das Portal nicht an.",
  "You are not signed in any more. Please sign in again.":
    "Sie sind nicht mehr angemeldet. Bitte melden Sie sich noch einmal an.",
  "This code is not right. Please compare it, letter by letter.":
    "Dieser Code stimmt nicht. Bitte vergleichen Sie ihn Zeichen für Zeichen.",
  "This code was used, replaced, or is too old. Please ask for a new one.":
    "Dieser Code wurde benutzt, ersetzt oder ist zu alt. Bitte lassen Sie sich einen neuen geben.",
  "Please type your password, or the code of your second step, once more; then do it again.":
    "Bitte geben Sie Ihr Passwort oder den Code des zweiten Schritts noch einmal ein; dann versuchen Sie es erneut.",
  "This is for colleagues with another task. Please ask the administrator of the portal.":
    "Das ist Aufgabe anderer Kolleginnen und Kollegen. Bitte fragen Sie, wer das Portal verwaltet.",
  "These images are of somebody else than this account, so they were not taken. Please look whose they are.":
    "Diese Bilder sind von jemand anderem als diesem Konto und wurden nicht angenommen. Bitte sehen Sie nach, wessen sie sind.",
  "It is not certain that these images are yours. Please say why they are, then send them again.":
    "Es ist nicht sicher, dass diese Bilder Ihre sind. Bitte sagen Sie, warum sie es sind, und schicken Sie sie noch einmal.",
  "Not everything has arrived yet. Please send what is missing.":
    "Es ist noch nicht alles angekommen. Bitte schicken Sie, was fehlt.",
  "This share has ended. Please make a new one.":
    "Diese Freigabe ist zu Ende. Bitte erstellen Sie eine neue.",
  "The portal made a mistake of its own. Nothing was lost. Please try again; if it happens once more, tell your practice.":
    "Das Portal hat selbst einen Fehler gemacht. Es ging nichts verloren. Bitte versuchen Sie es noch einmal; geschieht es wieder, sagen Sie es Ihrer Praxis.",
};
