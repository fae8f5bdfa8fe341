// Passkeys: a device or security key in place of the password.

import { part } from "../account/account.js";
import { make } from "../dom.js";
import { field } from "../fields.js";
import { dayOf, say } from "../words.js";
import { isolated } from "../../recipient/words.js";
import { folded, proof } from "./proof.js";
import { made, possible } from "./webauthn.js";

const PATH = "/api/v1/account/passkeys";

export function passkeysPart(page) {
  const { state } = page;
  const section = part("passkeys", say("Passkeys"));
  section.append(
    make("p", {}, say("A passkey is your phone, computer or security key, which looks who you are. It opens your account without a password.")),
    make("ul", { class: "cards" }, state.passkeys.map((one) => entry(one, page))),
    state.passkeys_possible && possible ? adding(page) : make("p", { class: "quiet" }, say("This browser, or this portal's address, takes no passkeys.")),
  );
  return section;
}

function adding(page) {
  const { api, draw, tell } = page;
  const name = field("passkey-name", say("What you want to call it"), { maxlength: 64, required: true, value: say("My device") });
  const add = async (shown, form) => {
    const begun = await api.send("POST", `${PATH}/begin`, shown);
    const added = await api.send("POST", PATH, { name: form.elements["passkey-name"].value, credential: await made(begun.public_key) });
    tell(say("The passkey is added."));
    await draw(added.recovery_codes);
  };
  return folded(say("Add a passkey"), proof("passkey-add", say("Add it"), page, add, name));
}

function entry(one, page) {
  const { api, draw, tell } = page;
  const used = one.used_at ? say("Last used on {day}", { day: dayOf(one.used_at) }) : say("Never used");
  const remove = async (shown) => {
    await api.send("POST", `${PATH}/${encodeURIComponent(one.id)}/remove`, shown);
    tell(say("The passkey is removed."));
    await draw();
  };
  return make(
    "li",
    { "data-passkey": one.id },
    make("strong", {}, isolated(one.name)),
    make("p", { class: "quiet" }, [say("Added on {day}", { day: dayOf(one.created_at) }), used].join(" · ")),
    folded(say("Remove"), proof(`remove-${one.id}`, say("Remove it"), page, remove)),
  );
}
