// Security of the account: a second step at the sign-in, recovery codes, passkeys.

import { make } from "../dom.js";
import { may } from "../places.js";
import { learn, say } from "../words.js";
import { appPart, codesPart } from "./app.js";
import { german } from "./german.js";
import { passkeysPart } from "./passkeys.js";

learn(german);

export async function show(main, context) {
  const { api, signal } = context;
  const codes = make("div", { "aria-live": "polite" });
  const parts = make("div", {});
  main.append(
    make("h1", {}, say("Second step and passkeys")),
    make("p", {}, say("With a second step your password alone opens nothing: your phone or a security key is needed too.")),
    codes,
    parts,
    ...(may("patient") ? [make("p", {}, make("a", { href: "/my/account" }, say("Back to My Account")))] : []),
  );
  await draw();

  /** Show how things are now; `made` are recovery codes, which are shown this once. */
  async function draw(made = []) {
    const state = await api.json("/api/v1/account/second-factor", signal);
    codes.replaceChildren(...(made.length ? [shownOnce(made, context)] : []));
    const on = state.authenticator || state.passkeys.length > 0;
    const page = { ...context, state, on, draw };
    parts.replaceChildren(appPart(page), ...(on ? [codesPart(page)] : []), passkeysPart(page));
  }
}

/** Recovery codes, to be written down now. */
function shownOnce(made, { tell }) {
  const copy = async () => {
    await navigator.clipboard.writeText(made.join("\n"));
    tell(say("The codes are copied."));
  };
  return make(
    "section",
    { class: "notice look", id: "new-codes" },
    make("h2", {}, say("Your recovery codes")),
    make("p", {}, say("Write them down or print them, and keep them where your phone is not. Each works once in place of the app. They are not shown again.")),
    make("ul", { class: "codes" }, made.map((code) => make("li", {}, make("code", {}, code)))),
    make(
      "p",
      { class: "actions" },
      make("button", { type: "button", class: "secondary", onclick: () => print() }, say("Print")),
      navigator.clipboard && make("button", { type: "button", class: "secondary", onclick: copy }, say("Copy")),
    ),
  );
}
