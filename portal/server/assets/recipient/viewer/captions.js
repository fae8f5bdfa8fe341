// What stands around the picture: its place, the corners, the letters of the patient's sides, and why there is none.

import { formOf, isPaper } from "../exam/forms.js";
import { say } from "../language.js";
import { stepOf } from "../picture/viewport.js";
import { cannot, isolated, lookWords, marks, seriesNames, seriesTitle } from "../words.js";

const SIDES = ["left", "top", "right", "bottom"];

export class Captions {
  constructor(part) {
    this.part = part;
  }

  /** Say what is known of the item that is looked at, before its picture is shown. */
  say(series, frame, trouble) {
    const item = series.items[series.at];
    const place = placeWords(series);
    this.turn(series, place);
    const lines = marks(frame && frame.facts.marks, item.object.said, frame ? stepOf(frame.facts) : 1);
    this.part("screen").setAttribute(
      "aria-label",
      [place, seriesTitle(series), trouble && whyNot(item, trouble)[0], ...lines.map(([words]) => words)].filter(Boolean).join(", "),
    );
    this.part("corner-image").replaceChildren(...lines.map(markLine), line(place));
    const told = (frame && frame.facts.lines) || [];
    const corner = new Set([...seriesNames(series), ...told.map(isolated)].filter(Boolean)); // a b-value is both
    this.part("corner-series").replaceChildren(...[...corner].map(line));
    this.edges(["", "", "", ""]); // until the picture they belong to is shown
    this.part("corner-look").textContent = "";
    this.instead(item, trouble);
  }

  /** Where among the images this one is, and whether there is one before and after it. */
  turn(series, place) {
    const slider = this.part("slider");
    slider.max = series.items.length;
    slider.value = series.at + 1;
    slider.setAttribute("aria-valuetext", place);
    slider.disabled = series.items.length < 2;
    this.part("place").textContent = place;
    this.part("previous").disabled = series.at === 0;
    this.part("next").disabled = series.at === series.items.length - 1;
    this.part("play").hidden = series.items.length < 2 || isPaper(series.items[series.at]);
  }

  /** Say of the picture that is shown now how it lies and what its grey levels are. */
  ofPicture(item, letters, look) {
    this.edges(letters);
    this.part("corner-look").textContent = lookWords(look, item.object.said);
  }

  edges(letters) {
    SIDES.forEach((side, at) => (this.part(`edge-${side}`).textContent = letters[at]));
  }

  /** Say why there is no picture, in its place. */
  instead(item, trouble) {
    this.part("cannot").hidden = !trouble;
    if (!trouble) return;
    const [title, words] = whyNot(item, trouble);
    this.part("cannot-title").textContent = title;
    this.part("cannot-words").textContent = words;
  }
}

/** Which image, page or frame of a series is looked at. */
export function placeWords(series) {
  const item = series.items[series.at];
  if (isPaper(item)) return say("Page {at} of {of}", { at: series.at + 1, of: series.items.length });
  const { object } = item;
  const own = series.items.filter((each) => each.object === object); // of a part, not all of the object's
  const what = { image: say("Image"), document: say("Document"), file: say("File") }[formOf(object)];
  const image = say("{what} {at} of {of}", { what, at: series.objects.indexOf(object) + 1, of: series.objects.length });
  if (own.length < 2) return image;
  const frame = { image, at: own.indexOf(item) + 1, of: own.length };
  return series.objects.length > 1 ? say("{image}, frame {at} of {of}", frame) : say("Frame {at} of {of}", frame);
}

/** What the object is says more than what its pixels are not. */
function whyNot(item, trouble) {
  const { said } = item.object;
  return cannot(said && said.kind === "none" && said.nature !== "image" ? said.nature : trouble);
}

function line(words) {
  const made = document.createElement("span");
  made.textContent = words;
  return made;
}

function markLine([words, lost]) {
  const made = line(words);
  made.className = lost ? "lost" : "mark";
  return made;
}
