// My Account: where one is reached, signing in, letters, and the end of the account.

import { make } from "../dom.js";
import { placeAt } from "../places.js";
import { ask } from "../question.js";
import { notice } from "../trouble.js";
import { day, dayOf, learn, momentOf, say } from "../words.js";
import { isolated, name } from "../../recipient/words.js";
import { contactPart } from "./contact.js";
import { german } from "./german.js";
import { lettersPart } from "./letters.js";
import { signInsPart } from "./sign_ins.js";

learn(german);

const SECURITY = "/my/account/security";

export async function show(main, context) {
  const { api, signal } = context;
  const [account, tokens, choices] = await Promise.all(
    ["account", "account/tokens", "account/notices"].map((path) => api.json(`/api/v1/${path}`, signal)),
  );
  main.append(
    make("h1", {}, say("My Account")),
    persons(account),
    contactPart(account, context),
    signingIn(account),
    signInsPart(tokens.tokens, context),
    lettersPart(choices, context),
    languages(),
    ending(account, context),
  );
}

/** A part of the page below its own words. */
export function part(id, words, ...children) {
  return make("section", { id, "aria-labelledby": `${id}-title` }, make("h2", { id: `${id}-title` }, words), children);
}

function persons(account) {
  const lines = account.persons.map((person) => {
    const born = day(person.patient_birth_date);
    const number = person.patient_id && say("Patient ID {id}", { id: isolated(person.patient_id) });
    return make("li", {}, make("strong", {}, name(person.patient_name)), " ", [born && say("born {day}", { day: born }), number].filter(Boolean).join(" · "));
  });
  const lead = account.persons.length > 1 ? say("This account stands for these persons:") : say("This account stands for:");
  const words = say("Something wrong with name, birth date or Patient ID? Your practice changes it.");
  return part("persons", say("Personal data"), make("p", {}, lead), make("ul", {}, lines), make("p", { class: "quiet" }, words, " ", how(account.practice)));
}

/** How to reach the practice, as words with links. */
export function how({ name: practice, phone, email }) {
  return make(
    "span",
    {},
    isolated(practice),
    phone && [", ", make("a", { href: `tel:${phone.replace(/\s/g, "")}` }, phone)],
    email && [", ", make("a", { href: `mailto:${email}` }, email)],
  );
}

function signingIn(account) {
  const rests = account.rests_at && say("If nobody signs in until {day}, the account rests. Nothing is deleted then; your practice opens it again.", { day: dayOf(account.rests_at) });
  return part(
    "signing-in",
    say("Signing in"),
    make("p", {}, say("User name: {name}", { name: isolated(account.user_name) })),
    make("p", {}, make("a", { href: "/recover" }, say("Change your password")), " ", make("span", { class: "quiet" }, say("We send a link to your e-mail address. Whoever is signed in is signed out then."))),
    placeAt(SECURITY) && make("p", {}, make("a", { href: SECURITY }, say("Second step and passkeys"))),
    rests && make("p", {}, rests),
  );
}

function languages() {
  const link = (code, words) => make("a", { href: `?language=${code}`, lang: code, hreflang: code, "aria-current": document.documentElement.lang === code && "true" }, words);
  return part("language", say("Language"), make("p", { class: "languages" }, link("en", "English"), link("de", "Deutsch")));
}

function ending(account, context) {
  const section = part("ending", say("Delete the account"));
  if (account.deletion_asked_at) section.append(...asked(account));
  else {
    section.append(
      make("p", {}, say("Your practice deletes the account when you ask for it. Whatever you shared ends at once.")),
      make("p", {}, make("button", { type: "button", class: "danger", id: "ask-deletion", onclick: () => wish(section, context) }, say("Ask for deletion"))),
    );
  }
  return section;
}

function asked(account) {
  const words = say("You asked for it on {moment}. Nobody can open what you shared any more. Changed your mind? Please call:", { moment: momentOf(account.deletion_asked_at) });
  return [make("p", { class: "notice look" }, words, " ", how(account.practice))];
}

async function wish(section, { api, signal, tell }) {
  const sentences = [
    say("Everything you shared ends at once, for good. Your practice then deletes the account, with what you sent yourself."),
    say("What the practice made of you stays there, as the law asks."),
  ];
  const sure = await ask(say("Ask your practice to delete this account?"), sentences, say("Ask for deletion"), say("Keep the account"), signal);
  if (!sure || signal.aborted) return;
  try {
    const account = await api.send("POST", "/api/v1/account/deletion");
    section.replaceChildren(section.querySelector("h2"), ...asked(account));
    tell(say("Your practice was asked."));
  } catch (problem) {
    if (signal.aborted) return;
    if (!problem.facts) throw problem;
    section.append(notice(problem));
  }
}
