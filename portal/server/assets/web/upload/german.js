// German of Add images.

export const german = {
  "no images, such as DICOMDIR and viewers": "keine Bilder, etwa DICOMDIR und Betrachter",
  "not readable": "nicht lesbar",
  "locked by a password, or packed in an unknown way": "mit Passwort gesperrt oder unbekannt gepackt",
  "too large for a browser: use Scanshelf on a computer": "zu groß für einen Browser: Nehmen Sie Scanshelf auf einem Computer",
  "twice there with different content": "zweimal da mit verschiedenem Inhalt",
  "From an old disc or stick, or from another practice: choose its folder, a ZIP, or single files.":
    "Von einer alten CD, einem Stick oder aus einer anderen Praxis: Wählen Sie den Ordner, ein ZIP oder einzelne Dateien.",
  "A folder (a disc or a stick)": "Ein Ordner (CD oder Stick)",
  "A ZIP, or files": "Ein ZIP oder Dateien",
  "Nothing leaves this device before you have seen what was found.":
    "Nichts verlässt dieses Gerät, bevor Sie gesehen haben, was gefunden wurde.",
  Stop: "Anhalten",
  "Stopped. What has arrived stays; choose the same again to go on.":
    "Angehalten. Was angekommen ist, bleibt; wählen Sie dasselbe noch einmal, um fortzufahren.",
  "Looking through what you chose …": "Ihre Auswahl wird durchgesehen …",
  "{read} of {of} files looked through": "{read} von {of} Dateien durchgesehen",
  "These are my own images, or those of somebody I care for": "Dies sind meine Bilder oder die von jemandem, um den ich mich kümmere",
  Send: "Senden",
  "Choose something else": "Etwas anderes wählen",
  "There are no images in what you chose. Choose the disc's own folder, not that of a viewer.":
    "In Ihrer Auswahl sind keine Bilder. Wählen Sie den Ordner der CD selbst, nicht den eines Betrachters.",
  "Files of one exam name different persons. They are not sent; please ask the practice they are from.":
    "Dateien einer Untersuchung nennen verschiedene Personen. Sie werden nicht geschickt; bitte fragen Sie die Praxis, aus der sie sind.",
  "Looked through.": "Durchgesehen.",
  "Sending …": "Wird gesendet …",
  "{here} of {of} images are at the portal": "{here} von {of} Bildern sind im Portal",
  "It was not sent: you did not say that it is yours.": "Es wurde nicht geschickt: Sie haben nicht bestätigt, dass es Ihres ist.",
  "The images say: {person}": "Auf den Bildern steht: {person}",
  "Your account says: {person}": "In Ihrem Konto steht: {person}",
  "Send them only if both are the same person. Images of another person in your account could harm you both.":
    "Senden Sie sie nur, wenn beides dieselbe Person ist. Bilder einer anderen Person in Ihrem Konto können Ihnen beiden schaden.",
  "Are these images of the same person?": "Sind diese Bilder von derselben Person?",
  "Yes, the same person": "Ja, dieselbe Person",
  "No, do not send": "Nein, nicht senden",
  "Add more": "Weitere hinzufügen",
  "One exam with {n} image or document": "Eine Untersuchung mit {n} Bild oder Dokument",
  "One exam with {n} images and documents": "Eine Untersuchung mit {n} Bildern und Dokumenten",
  "{n} file is left aside": "{n} Datei bleibt weg",
  "{n} files are left aside": "{n} Dateien bleiben weg",
  "{here} of {of} images are at the portal, each read again there and the same byte for byte.":
    "{here} von {of} Bildern sind im Portal, jedes dort noch einmal gelesen und Byte für Byte gleich.",
  "{n} was not taken by the portal.": "{n} hat das Portal nicht angenommen.",
  "{n} were not taken by the portal.": "{n} hat das Portal nicht angenommen.",
  "{n} is there already with other content, which was kept.": "{n} ist schon mit anderem Inhalt da; dieser blieb.",
  "{n} are there already with other content, which was kept.": "{n} sind schon mit anderem Inhalt da; dieser blieb.",
  "To the exam": "Zur Untersuchung",
  "It was not sent: the images are of {person}, and your account is of {owner}. Is that wrong? Please ask your practice.":
    "Es wurde nicht geschickt: Die Bilder sind von {person}, Ihr Konto ist das von {owner}. Stimmt das nicht? Bitte fragen Sie Ihre Praxis.",
  "Not everything has arrived. Please choose the same again: only what is missing is sent.":
    "Nicht alles ist angekommen. Bitte wählen Sie dasselbe noch einmal: Nur was fehlt, wird geschickt.",
};
