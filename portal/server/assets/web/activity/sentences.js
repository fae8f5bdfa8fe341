// What happened, in a sentence; the same as in the desktop (`app/window/places/portal/looking/activity_words.py`).

import { isolated } from "../../recipient/words.js";
import { namesOf } from "../exams/names.js";
import { count, say } from "../words.js";

const WARNINGS = new Set([
  "wrong-code",
  "share-locked",
  "wrong-password",
  "wrong-factor",
  "factor-reset",
  "recovery-code-used",
  "exam-removed",
  "images-removed",
  "report-removed",
]);

const SENTENCES = {
  "signed-in": "You signed in",
  "signed-out": "A sign-in was ended",
  "wrong-password": "A wrong password was tried for your account",
  "password-changed": "The password was changed, and everybody signed out",
  "contact-changed": "Your e-mail address or phone number was changed",
  "email-confirmed": "Your new e-mail address was confirmed",
  "email-undone": "The change of your e-mail address was undone, and everybody signed out",
  "practice-joined": "Another practice came under your sign-in",
  "practice-left": "A practice took its part of your account away",
  "notices-changed": "You changed which letters come to you",
  "factor-on": "A second step was added to your sign-in",
  "factor-off": "The second step of your sign-in was taken away",
  "factor-reset": "The practice took the second step of your sign-in away",
  "wrong-factor": "Somebody typed your password and then a wrong code",
  "recovery-code-used": "A recovery code was used",
  "recovery-codes-made": "New recovery codes were made",
  "deletion-asked": "You asked the practice to delete your account",
  "account-deleted": "The practice deleted the account",
  reinstated: "The practice opened your account again after a year's rest",
  "token-created": "A token for your own programs was made",
  "token-revoked": "A token for your own programs was ended",
  uploaded: "You sent {what}",
  viewed: "You looked at {what}",
  downloaded: "You downloaded {what}",
  "practice-viewed": "The practice looked at {what}",
  "practice-downloaded": "The practice downloaded {what}",
  "exam-removed": "The practice took {what} out of your account",
  "images-removed": "The practice took images out of {what}",
  "report-removed": "The practice took the report of {what} out",
  "share-created": "You shared {what} with {whom}",
  "share-edited": "You changed how {what} is shared with {whom}",
  "share-revoked": "You stopped sharing {what} with {whom}",
  "share-opened": "{who} opened {what}, shared with {whom}",
  "share-downloaded": "{who} downloaded {what}, shared with {whom}",
  "wrong-code": "A wrong code was tried for {what}, shared with {whom}",
  "share-locked": "Too many wrong codes: {what}, shared with {whom}, is locked",
  "report-added": "The report of {what} is there",
  "report-completed": "The practice said that the report of {what} is complete",
  "report-released": "The practice released the report of {what} early",
  "report-held": "The practice holds the report of {what} back",
  "report-by-rule": "The report of {what} is released by the practice's rule again",
  "passkey-added": "A passkey was added to your account",
  "passkey-removed": "A passkey was taken out of your account",
  "account-made": "The practice made your account",
  "patient-changed": "The practice corrected your name, birth date or Patient ID",
  blocked: "The practice blocked your account",
  unblocked: "The practice opened your account again",
  "code-made": "The practice made an activation code for your account",
  "upload-accepted": "The practice said that images naming somebody else are yours",
  "upload-refused": "The practice said that images naming somebody else are not yours",
  "doctor-assigned": "The practice gave a referring doctor access to {what}",
  "doctor-unassigned": "The practice ended a referring doctor's access to {what}",
  "doctor-viewed": "{by} looked at {what}",
  "doctor-downloaded": "{by} downloaded {what}",
  "member-added": "Your sign-in at the practice was made",
  "roles-changed": "What you may do at the practice was changed",
  "member-removed": "Your sign-in at the practice was ended",
};

export function isWarning(kind) {
  return WARNINGS.has(kind);
}

/** Say one line; `share` is the one it is about, where that is known. */
export function sentence({ kind, actor, details, exam_names: named }, share) {
  const facts = details || {};
  const names = named.length ? named : share ? [namesOf(share)[0]] : [];
  const filled = {
    what: names.length ? names.map((each) => say("“{name}”", { name: isolated(each) })).join(", ") : say("an exam"),
    whom: share?.label ? isolated(share.label) : say("somebody with the link"),
    by: actor ? isolated(actor) : say("A referring doctor"),
    who: facts.recipient_name ? isolated(String(facts.recipient_name)) : say("Somebody"),
  };
  const said = SENTENCES[kind] ? say(SENTENCES[kind], filled) : kind;
  return [said, ...besides(kind, facts)].join(" · ");
}

function besides(kind, facts) {
  const from = [facts.from_program, facts.from_network].filter(Boolean).map((each) => isolated(String(each)));
  return [
    kind === "uploaded" && Number.isInteger(facts.instances) && count(facts.instances, "{n} file", "{n} files"),
    from.length > 0 && say("from {where}", { where: from.join(", ") }),
    kind === "wrong-code" && Number.isInteger(facts.remaining_attempts) && count(facts.remaining_attempts, "{n} try is left", "{n} tries are left"),
  ].filter(Boolean);
}
