// Where one is reached: changed here, or by the practice, as it decides.

import { make } from "../dom.js";
import { field } from "../fields.js";
import { notice, words } from "../trouble.js";
import { say } from "../words.js";
import { isolated } from "../../recipient/words.js";
import { how, part } from "./account.js";

const FIELDS = {
  email: "This is no e-mail address. Please look at it once more.",
  phone: "This is no phone number. Please look at it once more.",
};

export function contactPart(account, context) {
  const title = say("How you are reached");
  return account.self_service ? part("contact-data", title, form(account, context)) : part("contact-data", title, ...byPractice(account));
}

function byPractice(account) {
  return [
    make("p", {}, say("E-mail: {address}", { address: account.email ? isolated(account.email) : say("none") })),
    make("p", {}, say("Phone: {number}", { number: account.phone ? isolated(account.phone) : say("none") })),
    make("p", { class: "notice" }, say("Your practice changes this itself. Please contact:"), " ", how(account.practice)),
  ];
}

function form(account, { api, signal, tell }) {
  const made = make(
    "form",
    { class: "wide-form", onsubmit: save },
    field("email", say("E-mail"), { type: "email", maxlength: 254, value: account.email ?? "", autocomplete: "email" }),
    field("phone", say("Phone"), { type: "tel", maxlength: 100, value: account.phone ?? "", autocomplete: "tel" }),
    make("button", { type: "submit" }, say("Save")),
  );
  let before = account;
  return made;

  async function save(event) {
    event.preventDefault();
    made.querySelector(".notice")?.remove();
    const button = made.querySelector("button");
    button.disabled = true;
    try {
      const said = await api.send("PATCH", "/api/v1/account", { email: made.elements.email.value, phone: made.elements.phone.value });
      const moved = said.email !== before.email && said.email;
      before = said;
      const done = moved ? say("Saved. We wrote to {address}: please press the button in that letter.", { address: isolated(said.email) }) : say("Saved.");
      button.before(make("p", { class: "notice" }, done));
      tell(done);
    } catch (problem) {
      if (signal.aborted) return;
      if (!problem.facts) throw problem;
      const known = (problem.facts.fields || []).find((each) => FIELDS[each.field]);
      button.before(notice(problem, null, known ? say(FIELDS[known.field]) : words(problem)));
    } finally {
      button.disabled = false;
    }
  }
}
