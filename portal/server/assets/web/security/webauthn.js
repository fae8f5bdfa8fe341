// Passkeys, as the browser makes them and as the portal reads them.

/** Whether this browser knows passkeys at all. */
export const possible = Boolean(globalThis.PublicKeyCredential && navigator.credentials);

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function named(credentials = []) {
  return credentials.map((one) => ({ ...one, id: bytes(one.id) }));
}

/** Give a credential as JSON: those parts of its response that are bytes, as text. */
function said(credential, parts) {
  const found = parts.map((part) => [part, credential.response[part]]).filter(([, value]) => value);
  const response = Object.fromEntries(found.map(([part, value]) => [part, text(value)]));
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

/** Make a passkey as the portal asks for it. */
export async function made(options) {
  const user = { ...options.user, id: bytes(options.user.id) };
  const excludeCredentials = named(options.excludeCredentials);
  const publicKey = { ...options, challenge: bytes(options.challenge), user, excludeCredentials };
  const credential = await navigator.credentials.create({ publicKey });
  return said(credential, ["clientDataJSON", "attestationObject"]);
}

/** Let a passkey sign what the portal asks for; gives JSON. */
export async function signed(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) };
  const credential = await navigator.credentials.get({ publicKey });
  return JSON.stringify(said(credential, ["clientDataJSON", "authenticatorData", "signature", "userHandle"]));
}
