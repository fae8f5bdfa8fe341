// The authenticator app, and recovery codes for who lost the phone.

import { part } from "../account/account.js";
import { make } from "../dom.js";
import { field } from "../fields.js";
import { dayOf, say } from "../words.js";
import { doing, folded, proof } from "./proof.js";

const PATH = "/api/v1/account/second-factor";

export function appPart(page) {
  const { api, draw, state, tell } = page;
  const section = part("app", say("Authenticator app"));
  if (state.authenticator) {
    const remove = async (shown) => {
      await api.send("POST", `${PATH}/authenticator/remove`, shown);
      tell(say("The app is not asked for any more."));
      await draw();
    };
    section.append(
      make("p", {}, say("Signing in asks for a code of your app, since {day}.", { day: dayOf(state.since) })),
      folded(say("Switch it off"), proof("app-off", say("Switch it off"), page, remove)),
    );
  } else {
    const begin = async (shown) => section.replaceChildren(section.querySelector("h2"), ...confirming(await api.send("POST", `${PATH}/authenticator`, shown), page));
    section.append(
      make("p", {}, say("An app on your phone shows a new code every half minute. Any authenticator app will do.")),
      folded(say("Add an app"), proof("app-on", say("Go on"), page, begin)),
    );
  }
  return section;
}

function confirming(begun, page) {
  const { api, draw, signal, tell } = page;
  const picture = URL.createObjectURL(new Blob([begun.qr_svg], { type: "image/svg+xml" }));
  signal.addEventListener("abort", () => URL.revokeObjectURL(picture));
  const form = make(
    "form",
    { class: "wide-form", id: "app-confirm", onsubmit: confirm },
    field("app-code", say("The 6 digits the app shows"), { autocomplete: "one-time-code", inputmode: "numeric", maxlength: 10, required: true }),
    make("button", { type: "submit" }, say("Switch it on")),
  );
  return [
    make("p", {}, say("Let the app read this picture. If it cannot, type this key into it:"), " ", make("code", { id: "app-secret" }, begun.secret)),
    make("p", {}, make("img", { src: picture, alt: say("QR code for the app"), class: "qr" })),
    form,
  ];

  function confirm(event) {
    event.preventDefault();
    return doing(form, signal, async () => {
      const { recovery_codes: made } = await api.send("POST", `${PATH}/authenticator/confirm`, { code: form.elements["app-code"].value });
      tell(say("The second step is switched on."));
      await draw(made);
    });
  }
}

export function codesPart(page) {
  const { api, draw, state } = page;
  const renew = async (shown) => draw((await api.send("POST", `${PATH}/recovery-codes`, shown)).recovery_codes);
  return part(
    "codes",
    say("Recovery codes"),
    make("p", {}, say("Codes left: {left} of 10.", { left: state.recovery_codes_left })),
    folded(say("Make new codes"), make("p", {}, say("The codes of before open nothing any more then.")), proof("codes-new", say("Make new codes"), page, renew)),
  );
}
