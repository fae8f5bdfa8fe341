// Asks the browser for a passkey and sends what it signed with the form; without this script the form does without.

const button = document.getElementById("use_passkey");
const trouble = document.getElementById("passkey_trouble");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function asked(options) {
  const known = (options.allowCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  return { ...options, challenge: bytes(options.challenge), allowCredentials: known };
}

function said(credential) {
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      ...(userHandle ? { userHandle: text(userHandle) } : {}),
    },
    clientExtensionResults: {},
  });
}

async function use() {
  trouble.hidden = true;
  try {
    const publicKey = asked(JSON.parse(button.dataset.options));
    button.form.elements.namedItem("passkey").value = said(await navigator.credentials.get({ publicKey }));
  } catch {
    trouble.hidden = false;
    return;
  }
  button.form.submit();
}

if (globalThis.PublicKeyCredential && navigator.credentials) {
  button.hidden = false;
  button.addEventListener("click", use);
}
