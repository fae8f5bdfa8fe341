// How things are said to people, in their language. The English text is its own name; German texts are learned from the
// `german.js` beside the modules that say them.

import { language, learn, locale, say } from "../recipient/language.js";

export { language, learn, locale, say };

/** Say how many: `{n}` in the text is the number. */
export function count(number, one, many, facts = {}) {
  return say(number === 1 ? one : many, { ...facts, n: number });
}

const LONG = { year: "numeric", month: "long", day: "numeric" };
const TIME = { hour: "2-digit", minute: "2-digit" };

/** A DICOM date such as 20190312: "12 March 2019"; "" where it is none. */
export function day(said) {
  const found = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(said || "");
  if (!found) return "";
  const date = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return date.getMonth() === Number(found[2]) - 1 ? dayOf(date) : "";
}

/** The day of a moment, by this device's clock. */
export function dayOf(moment) {
  return new Intl.DateTimeFormat(locale, LONG).format(new Date(moment));
}

/** Day and time of a moment. */
export function momentOf(moment) {
  return new Intl.DateTimeFormat(locale, { ...LONG, ...TIME }).format(new Date(moment));
}

/** An amount of bytes as people read it. */
export function size(bytes) {
  const [value, unit] = bytes < 1e6 ? [Math.max(1, bytes / 1e3), "KB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${value.toLocaleString(locale, { maximumFractionDigits: value < 10 && unit !== "KB" ? 1 : 0 })} ${unit}`;
}
