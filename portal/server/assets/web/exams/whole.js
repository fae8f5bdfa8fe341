// How much of an exam is here, in the same words as in the window, in letters and on paper (`portal/whole_words.py`).

import { count, say } from "../words.js";

const MAYBE = "perhaps-unreadable";
const NOT_HERE = {
  damaged: ["{n} was damaged on the disc", "{n} were damaged on the disc"],
  conflict: ["{n} exists in two different versions", "{n} exist in two different versions"],
  missing: ["{n} was missing on the disc", "{n} were missing on the disc"],
  unreadable: ["{n} could not be read from the disc", "{n} could not be read from the disc"],
  "not-copied": ["{n} was not copied from the disc", "{n} were not copied from the disc"],
  removed: ["{n} was left out by the sender", "{n} were left out by the sender"],
  "no-number": ["{n} has no number to be kept under", "{n} have no number to be kept under"],
  refused: ["{n} was not taken by the portal", "{n} were not taken by the portal"],
  "too-large": ["{n} is too large for the portal", "{n} are too large for the portal"],
  "kept-other": [
    "{n} differs from what the portal holds under the same number",
    "{n} differ from what the portal holds under the same number",
  ],
  "not-sent": ["{n} was not sent", "{n} were not sent"],
  "not-arrived": ["{n} has not arrived yet", "{n} have not arrived yet"],
  "damaged-here": [
    "{n} was damaged on the portal and has to be sent again",
    "{n} were damaged on the portal and have to be sent again",
  ],
};

/** Put the studies of an exam together; null where nobody can tell of one of them. */
export function wholeOf(exam) {
  const all = exam.studies.map((study) => study.wholeness);
  if (!all.length || all.some((each) => !each)) return null;
  const sum = (key) => all.reduce((total, each) => total + each[key], 0);
  const away = new Map();
  for (const { code, images } of all.flatMap((each) => each.not_here)) away.set(code, (away.get(code) || 0) + images);
  const state = ["arriving", "partial", "unknown", "whole"].find((word) => all.some((each) => each.state === word));
  return { state, here: sum("here"), of: sum("of"), besides: sum("besides"), away };
}

/** What is known not to be here, and why; nothing where nothing is known to be missing. */
export function awaySentences(whole) {
  if (!whole) return [];
  const reasons = reasonsOf(whole.away);
  const [total, maybe] = [missing(whole), whole.away.get(MAYBE) || 0];
  const said = [];
  if (total === 1) said.push(say("{here}: {reasons} and is not here.", { here: hereWords(whole), reasons }));
  else if (total) {
    said.push(say("{here}: {reasons}.", { here: hereWords(whole), reasons }));
    said.push(say("These {n} are not here.", { n: total }));
  } else if (whole.state === "arriving") said.push(say("The images are still being checked."));
  if (maybe) {
    said.push(
      count(
        maybe,
        "{n} file of the disc could not be read: it may hold an image of this exam, and is not here.",
        "{n} files of the disc could not be read: they may hold images of this exam, and are not here.",
      ),
    );
  }
  return said;
}

/** How much is here, or that it is not known: never more than was proved. */
export function wholeSentences(whole, origin) {
  if (!whole) return [];
  const away = awaySentences(whole);
  if (away.length) return away;
  if (whole.state === "whole") return [allHere(whole)];
  return [
    origin === "practice"
      ? say("These are the images the practice put here. Whether there are more, the portal does not know.")
      : say("Whether these are all images of the exam, nobody told the portal."),
  ];
}

function allHere({ here, besides }) {
  if (besides) return count(here, "The file of the sender's copy is here.", "All {n} files of the sender's copy are here.");
  return count(here, "The image of the sender's copy is here.", "All {n} images of the sender's copy are here.");
}

/** How many are known not to be here. */
export function missing(whole) {
  if (!whole) return 0;
  return [...whole.away].reduce((total, [code, images]) => total + (code === MAYBE ? 0 : images), 0);
}

function reasonsOf(away) {
  const known = new Map();
  for (const [code, images] of away) {
    const reason = code in NOT_HERE ? code : "not-sent";
    if (code !== MAYBE && images) known.set(reason, (known.get(reason) || 0) + images);
  }
  return [...known].sort().map(([code, images]) => count(images, ...NOT_HERE[code])).join(", ");
}

function hereWords({ here, of, besides }) {
  return besides
    ? say("{here} of {of} images, reports and other files", { here, of })
    : count(of, "{here} of {n} file", "{here} of {n} files", { here });
}
