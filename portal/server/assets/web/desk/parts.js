// What the places of the desk have in common: whose record it is, in words nobody mixes up, and why something was refused.

import { make } from "../dom.js";
import { words as troubleWords } from "../trouble.js";
import { day, learn, say } from "../words.js";
import { isolated, name } from "../../recipient/words.js";
import { german } from "./german.js";

learn(german);

/** Name, birth date and Patient ID: what tells two patients apart. */
export function whose(person) {
  const born = day(person.patient_birth_date);
  return [
    name(person.patient_name) || say("without a name"),
    born ? say("born {day}", { day: born }) : say("birth date not known"),
    person.patient_id ? say("Patient ID {id}", { id: isolated(person.patient_id) }) : say("no Patient ID"),
  ].join(", ");
}

const STATES = {
  none: "Not invited yet",
  invited: "Invited, not activated yet",
  "code-over": "The activation code has ended",
  active: "Active",
  lapsed: "Rests: nobody signed in for a year",
  blocked: "Blocked",
  "deletion-asked": "Asks to be deleted",
};

export function stateWords(state) {
  return say(STATES[state] || state);
}

const REASONS = {
  taken: "Another patient has this Patient ID.",
  "other-person": "This would make another person of the patient. Please make a new patient instead.",
  "has-account": "The account was activated already. Forgotten passwords are found from the sign-in page.",
  "report-not-complete": "The report is not complete yet. Please say that it is, then release it.",
  "last-administrator": "This is the last administrator. Please make somebody else one first.",
  "old-news": "This kind of letter is not written again: it would be old news.",
  "several-practices": "This sign-in opens the exams of another practice too. A first e-mail address is entered there by the patient, under My account.",
  "blocked-elsewhere": "Another practice of the patient blocked this sign-in, and only that one opens it again.",
  "asked-of-several": "The patient asked all their practices to delete the account. Whoever runs the portal can take that back.",
  "nowhere-to-send": "Neither an e-mail address nor a phone number is known. Please enter one at the patient first.",
  "no-report-expected": "The patient added this exam: no report of the practice belongs to it.",
  removed: "This report was taken out before. Please allow it again first.",
  decided: "Somebody answered otherwise meanwhile. Please load the page again.",
  "practice-exam": "The practice sent this study too, so it cannot be taken out here.",
  "partly-there": "Some of these images cannot be this patient's: they stay here.",
};
const CODES = {
  "role-needed": "This is not part of your role. Please ask an administrator of the practice.",
  "changed-meanwhile": "Somebody else changed this meanwhile. Please look at it again, then change it once more.",
  "unsupported-type": "This is no PDF. Please choose the report as a PDF file.",
};

export function refused(problem) {
  const reason = REASONS[problem.facts && problem.facts.reason] || CODES[problem.code];
  return reason ? say(reason) : troubleWords(problem);
}

export function alarm(words) {
  return make("div", { class: "notice danger", role: "alert" }, make("p", {}, words));
}

/** A button that does something once at a time; what is refused is said beside it, what was done is told. */
export function deed(words, work, context, facts = {}) {
  const button = make("button", { type: "button", class: "secondary", ...facts, onclick: press }, words);
  async function press() {
    const place = button.closest("[data-deeds]") || button.parentElement;
    place.querySelector(":scope > .danger[role=alert]")?.remove();
    button.disabled = true;
    try {
      await work();
    } catch (problem) {
      if (context.signal.aborted) return;
      if (!problem.facts) throw problem;
      place.append(alarm(refused(problem)));
    } finally {
      button.disabled = false;
    }
  }
  return button;
}

/** A form: `save(values)` does it; what is refused is said at its end. */
export function form(parts, submit, save, context) {
  const button = make("button", { type: "submit" }, submit);
  const made = make("form", { class: "wide-form", onsubmit: sent, novalidate: true }, parts, make("p", { class: "actions" }, button));
  async function sent(event) {
    event.preventDefault();
    made.querySelector(":scope > .danger[role=alert]")?.remove();
    button.disabled = true;
    try {
      await save(Object.fromEntries(new FormData(made)), made);
    } catch (problem) {
      if (context.signal.aborted) return;
      if (!problem.facts) throw problem;
      mark(made, problem);
      made.append(alarm(refused(problem)));
    } finally {
      button.disabled = false;
    }
  }
  return made;
}

/** Mark the fields that do not fit, and go to the first. */
function mark(made, problem) {
  for (const field of made.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const wrong = (problem.facts.fields || []).map((each) => each.field.split(".").pop());
  if (problem.facts.field) wrong.push(problem.facts.field);
  const fields = wrong.map((each) => made.querySelector(`[name="${CSS.escape(each)}"]`)).filter(Boolean);
  for (const field of fields) field.setAttribute("aria-invalid", "true");
  fields[0]?.focus();
}

/** Read a birth date as it is typed: 4.5.1951, 1951-05-04; as DICOM writes it, "" where it is none. */
export function birthDate(said) {
  const typed = said.trim();
  const iso = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(typed);
  const dots = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(typed);
  const [year, month, date] = iso ? iso.slice(1) : dots ? [dots[3], dots[2], dots[1]] : ["", "", ""];
  const found = year && `${year}${month.padStart(2, "0")}${date.padStart(2, "0")}`;
  return found && day(found) ? found : "";
}

/** A DICOM date as it is typed. */
export function typedDate(said) {
  return /^\d{8}$/.test(said || "") ? `${said.slice(0, 4)}-${said.slice(4, 6)}-${said.slice(6)}` : "";
}

/** Family and given name of the first group of a DICOM name. */
export function nameParts(said) {
  const [family = "", given = ""] = (said || "").split("=")[0].split("^");
  return { family, given };
}

/** A DICOM name of what was typed; what stood behind it (titles, other scripts) stays. */
export function dicomName({ family, given }, before = "") {
  const [first, ...groups] = before.split("=");
  const rest = first.split("^").slice(2);
  const written = [family.trim(), given.trim(), ...rest].join("^").replace(/\^+$/, "");
  return [written, ...groups].join("=");
}
