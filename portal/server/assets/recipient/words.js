// How things are said to people.

import { locale, say } from "./language.js";

const LONG = { year: "numeric", month: "long", day: "numeric" };

/** A DICOM person name: "MUELLER^ANNA" is "Anna MUELLER"; a name in its own script comes with its letters beside it. */
export function name(said) {
  const groups = (said || "").split("=").slice(0, 2).map(oneName).filter(Boolean);
  if (!groups.length) return say("Name not known");
  return groups.length > 1 && groups[0] !== groups[1] ? `${groups[1]} (${groups[0]})` : groups[0];
}

function oneName(group) {
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = group
    .split("^")
    .map((part) => part.replace(/\s+/g, " ").trim());
  const first = [prefix, capital(given), capital(middle)];
  return [...first, family, suffix].filter(Boolean).join(" ");
}

function capital(word) {
  if (word !== word.toUpperCase() || !/^[\p{Script=Latin}\p{M}\s.'-]+$/u.test(word)) return word;
  return word.toLowerCase().replace(/(^|[\s'-])(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase());
}

/** A DICOM date such as 20190312. */
export function day(said) {
  const found = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(said || "");
  if (!found) return "";
  const date = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return date.getMonth() === Number(found[2]) - 1 ? new Intl.DateTimeFormat(locale, LONG).format(date) : "";
}

export function dayOf(moment) {
  return new Intl.DateTimeFormat(locale, LONG).format(moment);
}

export function timeOf(moment) {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(moment);
}

export function count(number, one, many) {
  return number === 1 ? `1 ${say(one)}` : `${number.toLocaleString(locale)} ${say(many)}`;
}

/** Keep what runs from right to left from turning the words and numbers beside it. */
export function isolated(text) {
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(text || "") ? `\u2068${text}\u2069` : text || "";
}

/** What the hospital calls an exam, as on the shelf of whom it is of, and beside it what that is in plain words. */
export function examName(exam) {
  const plain = exam.name && exam.name.toLowerCase() !== exam.title.toLowerCase();
  return plain ? `${isolated(exam.name)} (${isolated(exam.title)})` : isolated(exam.name || exam.title);
}

/** Whose exam is looked at, of when, which of several (the list's headings name the others); the name, which may be long, last. */
export function examLine({ person, exams }, exam) {
  const born = day(person.patient_birth_date);
  return [born && say("born {day}", { day: born }), whichExam(exams, exam), day(exam.exam_date), examName(exam)].filter(Boolean).join(" · ");
}

/** Say which of several exams one is, "" for the only one. */
export function whichExam(exams, exam) {
  return exams.length > 1 ? say("exam {at} of {of}", { at: exams.indexOf(exam) + 1, of: exams.length }) : "";
}

/** What a series is called, and what sets a part of it apart that is leafed through by itself, "" for all of it. */
export function seriesNames({ said, part }) {
  const plain = { PDF: say("Document"), DOC: say("Document"), SR: say("Written report") }[said.modality] || say("Images");
  const named = isolated((part && part.title) || said.description) || plain;
  return [[said.number, named].filter((each) => each !== null && each !== undefined).join(" · "), isolated(part && part.name)];
}

export function seriesTitle(series) {
  return seriesNames(series).filter(Boolean).join(" · ");
}

/** The window a picture is shown with, or what the file calls another look. */
export function lookWords(look, object) {
  if (!look.width) return look.name;
  const unit = object && object.unit ? ` ${object.unit}` : "";
  return say("Width {width} · Level {level}", { width: digitsFor(look.width, look.width), level: digitsFor(look.center, look.width) }) + unit;
}

/** A number with as many digits as tell something of a window so wide. */
function digitsFor(value, width) {
  if (!(width > 0) || !Number.isFinite(value)) return "–";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(width)));
  const said = digits > 6 ? value.toExponential(2) : String(Number(value.toFixed(digits)));
  return said.replace(/^-/, "\u2212"); // a minus, not a hyphen
}

/** Why the code did not open anything: [title or null, sentence, whether this is the end]. */
export function refusal(problem) {
  const left = problem.facts.remaining_attempts;
  switch (problem.code) {
    case "wrong-code":
      return { words: `This code is not right. ${triesLeft(left)} Please compare it with your letter or message.` };
    case "not-found":
      return {
        end: true,
        title: "There is nothing to open here",
        words:
          "The link or the code does not lead to any images, or no longer does. Please ask the person who gave it to " +
          "you for a new one.",
      };
    case "share-ended":
      return { end: true, title: "This invitation has ended", words: ended(problem.facts.reason) };
    case "too-many-tries":
      return { words: `Too many codes were tried. Please wait ${wait(problem.facts.retry_after)} and try again.` };
    case "invalid-request":
      return { words: "This does not look like a code from an invitation. Please compare it with your letter." };
    case "unreachable":
      return { words: "The portal does not answer. Please check your connection, then try again." };
    default:
      return { words: "The portal cannot answer just now. Your code was not counted. Please try again in a minute." };
  }
}

function triesLeft(left) {
  if (left === undefined) return "";
  if (left === 0) return "There are no more tries.";
  return left === 1 ? "You can try once more." : `You can try ${left} more times.`;
}

function ended(reason) {
  const why = {
    expired: "Its last day has passed.",
    "used-up": "It has been opened as often as it may be.",
    revoked: "The person who shared the images has stopped sharing them.",
  }[reason];
  return `${why || ""} Please ask the person who shared the images for a new invitation.`.trim();
}

function wait(seconds) {
  if (!seconds || seconds < 60) return "a minute";
  return `about ${count(Math.ceil(seconds / 60), "minute", "minutes")}`;
}

/** Why an image is not shown: [what, what it means]. */
export function cannot(reason) {
  const others = say("The other images of the exam are not affected.");
  const known = {
    report: [say("This is a written report"), say("It is in a form this page cannot show.")],
    presentation: [say("This is a saved view of other images"), say("The images themselves are shown as usual.")],
    waveform: [say("This is a curve, such as an ECG"), say("This page cannot show it.")],
    other: [say("This file is no picture"), say("This page cannot show it.")],
    "no-pixels": [say("This file is no picture"), say("This page cannot show it.")],
    truncated: [say("A part of this image is missing"), `${say("It was cut short before it came here.")} ${others}`],
    encrypted: [say("This image is locked"), `${say("Its file is encrypted.")} ${others}`],
    "refused-limit": [say("This image is too large for this page"), `${say("It can be opened in a full viewer.")} ${others}`],
    "unsupported-transfer-syntax": [say("This image is packed in a rare way"), `${say("This page cannot unpack it.")} ${others}`],
    unreachable: [say("The portal does not answer"), say("The page goes on by itself as soon as it does.")],
  };
  return known[reason] || [say("This image cannot be shown"), `${say("Its file may be damaged.")} ${others}`];
}

// The same as in Scanshelf's own viewer (`viewer/viewport/corner_text.py`), loudest first.
const MARKS = {
  truncated: ["A part may be missing", true],
  "header-damaged": ["Description damaged", true],
  "codestream-size-differs": ["Not the size the file says", false],
  "frames-counted": ["Not as many images as the file says", false],
  "bits-not-usable": ["Grey values may be wrong", false],
  "wrong-transfer-syntax": ["Packed unlike the file says", false],
  "unknown-transfer-syntax": ["Packed in an unknown way", false],
  "icc-profile-not-usable": ["Colours may differ", false],
  "colour-transform-missing": ["Colours may differ", false],
  "pixel-shape-not-usable": ["Proportions may be wrong", false],
  "not-subtracted": ["Not subtracted", false],
};

/** What has to be said about a picture: lines with whether something is lost; `step` says which pixels are drawn. */
export function marks(frameMarks, object, step) {
  const all = [...new Set([...(frameMarks || []), ...((object && object.marks) || [])])];
  const known = Object.keys(MARKS).filter((mark) => all.includes(mark));
  const lines = [...new Map(known.map((mark) => [MARKS[mark][0], [say(MARKS[mark][0]), MARKS[mark][1]]])).values()];
  if (object && object.lossy === "yes") {
    const ratio = object.lossy_ratio ? ` ${Math.round(object.lossy_ratio)}:1` : "";
    lines.push([say("Compressed with loss") + ratio, false]);
  } else if (object && object.lossy === "maybe") {
    lines.push([say("May be compressed with loss"), false]);
  }
  if (step > 1) lines.push([say("Very large: shown with fewer pixels"), false]);
  if (object && object.frames_declared > object.frames) {
    lines.push([say("{here} of {of} frames are there", { here: object.frames, of: object.frames_declared }), true]);
  }
  return lines;
}
