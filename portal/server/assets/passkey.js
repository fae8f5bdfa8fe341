// Asks the browser for a passkey and sends what it signed with the form; without this script the form does without.

import { possible, signed } from "./web/security/webauthn.js";

const button = document.getElementById("use_passkey");
const trouble = document.getElementById("passkey_trouble");

async function use() {
  trouble.hidden = true;
  try {
    button.form.elements.namedItem("passkey").value = await signed(JSON.parse(button.dataset.options));
  } catch {
    trouble.hidden = false;
    return;
  }
  button.form.submit();
}

if (possible) {
  button.hidden = false;
  button.addEventListener("click", use);
}
