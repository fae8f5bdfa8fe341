// Who is signed in shows once more who it is, before anything of the sign-in changes.

import { make } from "../dom.js";
import { field } from "../fields.js";
import { notice, words } from "../trouble.js";
import { say } from "../words.js";
import { possible, signed } from "./webauthn.js";

const NOT_RIGHT = {
  password: "This is not your password. Please type it once more.",
  code: "This code does not fit. A code of the app works once: please wait for the next one.",
  passkey: "This passkey did not fit. Please try it once more.",
};

/** Take hold of what went wrong, as words in a form. */
export async function doing(form, signal, deed) {
  form.querySelector(".notice")?.remove();
  const buttons = [...form.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  try {
    await deed();
  } catch (problem) {
    if (signal.aborted) return;
    const device = problem instanceof DOMException;
    if (!problem.facts && !device) throw problem;
    const known = device ? say("The device gave no passkey. Please try it once more.") : NOT_RIGHT[problem.facts.field];
    form.prepend(notice(device ? { facts: {} } : problem, null, device ? known : known ? say(known) : words(problem)));
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** A form that asks for the password, and for the second step where there is one; `deed` is handed what was shown. */
export function proof(id, button, page, deed, ...more) {
  const { api, on, signal, state } = page;
  const form = make(
    "form",
    { class: "wide-form", id, onsubmit: (event) => (event.preventDefault(), submit({ code: form.elements[`${id}-code`]?.value ?? "" })) },
    more,
    field(`${id}-password`, say("Your password"), { type: "password", autocomplete: "current-password", maxlength: 256, required: true }),
    on && field(`${id}-code`, say("Code of the app, or a recovery code"), { autocomplete: "one-time-code", maxlength: 40, required: !state.passkeys.length }),
    make("button", { type: "submit" }, button),
    on && state.passkeys.length > 0 && possible && make("button", { type: "button", class: "secondary", onclick: byPasskey }, say("With a passkey")),
  );
  return form;

  function submit(second) {
    return doing(form, signal, () => deed({ password: form.elements[`${id}-password`].value, ...second }, form));
  }

  function byPasskey() {
    if (!form.elements[`${id}-password`].reportValidity()) return undefined;
    return doing(form, signal, async () => {
      const asked = await api.send("POST", "/api/v1/account/passkeys/ask");
      const passkey = await signed(asked.public_key);
      await deed({ password: form.elements[`${id}-password`].value, passkey }, form);
    });
  }
}

/** A part that opens when it is wanted. */
export function folded(words, ...children) {
  return make("details", {}, make("summary", {}, words), children);
}
