// What went wrong, as a sentence with a next step, whatever the portal refused.

import { make } from "./dom.js";
import { learn, say } from "./words.js";
import { german } from "./frame/german.js";

learn(german);

/** Say why something did not work: what happened, and what to do. Never a code alone. */
export function words(problem) {
  const known = KNOWN[problem.code];
  if (known) return say(known, { wait: wait(problem.facts && problem.facts.retry_after) });
  if (problem.status >= 500) return say("The portal cannot answer just now. Nothing was lost. Please try again in a minute.");
  return say("The portal did not take this. Please load the page again; if it happens once more, ask your practice.");
}

const KNOWN = {
  offline: "This device has no network just now. Please check its connection, then try again.",
  unreachable: "The portal does not answer. Please check your connection, then try again.",
  unavailable: "The portal cannot answer just now. Nothing was lost. Please try again in a minute.",
  "no-space": "The portal has no room left. Please tell your practice.",
  "not-found": "There is nothing here, or no longer. Please go back to the list, and look there.",
  "not-allowed": "Your account may not do this. Please ask your practice.",
  "contact-the-practice": "Your practice changes this itself. Please call there.",
  "account-lapsed": "Nobody signed in to this account for a year, so it rests. Nothing was deleted: call your practice, which opens it again.",
  "too-many-tries": "This was tried too often. Please wait {wait}, then try again.",
  "changed-meanwhile": "This was changed meanwhile. Please load the page again, and look at it once more.",
  conflict: "This does not fit what is there already. Please load the page again.",
  "report-not-released": "This exam can be shared once its report is there.",
  "object-damaged": "What the portal keeps of this is damaged. Please tell your practice: it has to be sent again.",
  "too-large": "This is larger than the portal takes. Please send less at once.",
  "invalid-request": "Something that was typed does not fit. Please look at it once more.",
  "unsupported-type": "The portal does not take this kind of file.",
  "not-signed-in": "You are not signed in any more. Please sign in again.",
  "wrong-code": "This code is not right. Please compare it, letter by letter.",
  "code-used": "This code was used, replaced, or is too old. Please ask for a new one.",
  "not-proved": "Please type your password, or the code of your second step, once more; then do it again.",
  "role-needed": "This is for colleagues with another task. Please ask the administrator of the portal.",
  "other-person": "These images are of somebody else than this account, so they were not taken. Please look whose they are.",
  "person-unclear": "It is not certain that these images are yours. Please say why they are, then send them again.",
  "not-complete": "Not everything has arrived yet. Please send what is missing.",
  "share-ended": "This share has ended. Please make a new one.",
  "server-mistake": "The portal made a mistake of its own. Nothing was lost. Please try again; if it happens once more, tell your practice.",
  "method-not-allowed": "The portal did not take this. Please load the page again; if it happens once more, ask your practice.",
  "not-acceptable": "The portal did not take this. Please load the page again; if it happens once more, ask your practice.",
};

function wait(seconds) {
  const minutes = Math.ceil((seconds || 60) / 60);
  return minutes === 1 ? say("a minute") : say("{n} minutes", { n: minutes });
}

/** A notice that says it aloud too, with a button where trying again may help; `said` where a place knows better words. */
export function notice(problem, again, said = words(problem)) {
  const button = again && make("button", { type: "button", class: "secondary", onclick: again }, say("Try again"));
  return make("div", { class: "notice danger", role: "alert" }, make("p", {}, said), button);
}
