// What opens the account now: sign-ins and programs, ended one by one or all.

import { make } from "../dom.js";
import { notice } from "../trouble.js";
import { momentOf, say } from "../words.js";
import { isolated } from "../../recipient/words.js";
import { part } from "./account.js";

export function signInsPart(tokens, context) {
  const list = make("ul", { class: "cards", id: "tokens" }, tokens.map((token) => entry(token, context)));
  return part(
    "sign-ins",
    say("Who is signed in"),
    make("p", { class: "quiet" }, say("Do you not know one of them? End it, and change your password.")),
    list,
    everywhere(),
  );
}

function entry(token, { api, signal, tell }) {
  const title = token.label ? isolated(token.label) : token.kind === "machine" ? say("A program of yours") : say("A sign-in");
  const item = make(
    "li",
    { "data-token": token.id },
    make("strong", {}, token.this ? say("{name} (this one)", { name: title }) : title),
    make("p", { class: "quiet" }, [say("Since {moment}", { moment: momentOf(token.created_at) }), token.last_used_at && say("last used {moment}", { moment: momentOf(token.last_used_at) })].filter(Boolean).join(" · ")),
    make("p", {}, make("button", { type: "button", class: "secondary", onclick: end, "aria-label": say("End: {name}", { name: title }) }, say("End"))),
  );
  return item;

  async function end() {
    item.querySelector(".notice")?.remove();
    try {
      await api.send("DELETE", `/api/v1/account/tokens/${encodeURIComponent(token.id)}`);
      const next = item.nextElementSibling || item.previousElementSibling;
      item.remove();
      tell(say("It is ended."));
      next?.querySelector("button").focus();
    } catch (problem) {
      if (signal.aborted) return;
      if (!problem.facts) throw problem;
      item.append(notice(problem));
    }
  }
}

/** The form of the frame that signs out, for every place at once. */
function everywhere() {
  const made = document.getElementById("sign-out").cloneNode(true);
  const button = made.querySelector("button");
  made.removeAttribute("id");
  button.value = "everywhere";
  button.textContent = say("Sign out everywhere");
  return made;
}
