// Which letters come: those that keep the account safe always do.

import { make } from "../dom.js";
import { box } from "../fields.js";
import { notice } from "../trouble.js";
import { say } from "../words.js";
import { part } from "./account.js";

const KINDS = {
  report: "When a report can be seen",
  "share-opened": "Each time a shared exam is opened",
  "share-last": "When a shared exam can be opened once more",
  "share-ends": "Before a shared exam ends",
};

export function lettersPart(choices, { api, signal, tell }) {
  const known = choices.can_be_off.filter((kind) => KINDS[kind]);
  const boxes = known.map((kind) => box(`letter-${kind}`, say(KINDS[kind]), "", { checked: !choices.off.includes(kind) }));
  const form = make("fieldset", { class: "choices", onchange: save }, make("legend", {}, say("Write to me")), boxes);
  const section = part("letters", say("Letters"), form, make("p", { class: "quiet" }, say("Letters that keep your account safe always come: new sign-ins, changes of password or address, wrong codes.")));
  return section;

  async function save(event) {
    section.querySelector(".notice")?.remove();
    const off = known.filter((kind) => !form.querySelector(`#letter-${kind}`).checked);
    try {
      await api.send("PATCH", "/api/v1/account/notices", { off });
      tell(say("Saved."));
    } catch (problem) {
      if (signal.aborted) return;
      if (!problem.facts) throw problem;
      event.target.checked = !event.target.checked;
      section.append(notice(problem));
    }
  }
}
