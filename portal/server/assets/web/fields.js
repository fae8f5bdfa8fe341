// Fields of forms, each with its words, and days as a field for days says them.

import { make } from "./dom.js";

/** A field below its words; `hint` says what it is for. */
export function field(id, words, facts = {}, hint = "") {
  const kind = facts.rows ? "textarea" : "input";
  return make(
    "div",
    { class: "field" },
    make("label", { for: id }, words),
    make(kind, { id, name: id, "aria-describedby": hint && `${id}-hint`, ...facts }),
    hint && make("p", { class: "hint", id: `${id}-hint` }, hint),
  );
}

/** One of several: each choice is [value, words, more words or ""]. */
export function choices(name, legend, each, chosen, onchange) {
  return make(
    "fieldset",
    { class: "choices", onchange },
    make("legend", {}, legend),
    each.map(([value, words, hint]) => tick("radio", `${name}-${value}`, words, hint, { name, value, checked: value === chosen })),
  );
}

/** A box to tick. */
export function box(id, words, hint = "", facts = {}) {
  return tick("checkbox", id, words, hint, { name: id, ...facts });
}

function tick(type, id, words, hint, facts) {
  return make(
    "div",
    { class: "tick" },
    make("input", { type, id, "aria-describedby": hint && `${id}-hint`, ...facts }),
    make("label", { for: id }, words),
    hint && make("p", { class: "hint", id: `${id}-hint` }, hint),
  );
}

/** The day of a moment here, as a field for days has it: "2026-12-31". */
export function fieldDay(moment) {
  const at = new Date(moment);
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The last second of such a day here; null where it is none. */
export function endOfDay(said) {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(said);
  return found && new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]), 23, 59, 59);
}

export const DAY_MS = 86_400_000;
