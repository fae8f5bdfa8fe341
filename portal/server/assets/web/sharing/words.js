// Words about shares, and about what the portal refuses of them.

import { isolated } from "../../recipient/words.js";
import { dayOf, momentOf, say } from "../words.js";
import { words } from "../trouble.js";
import { MOST_DAYS } from "./limits.js";

/** The word of a status, and what it means. */
export function statusWords(share) {
  if (share.status === "revoked") return [say("Revoked"), say("You revoked access on {moment}.", { moment: momentOf(share.revoked_at) })];
  if (share.status === "expired") {
    return isUsedUp(share)
      ? [say("Expired"), say("It was opened as often as it can be.")]
      : [say("Expired"), say("Its last day is over.")];
  }
  if (share.status === "viewed") return [say("Viewed"), say("Last opened on {moment}.", { moment: momentOf(share.last_opened_at) })];
  return [say("Active"), say("Nobody has used it yet.")];
}

export function isUsedUp(share) {
  return share.accesses_used >= share.max_accesses;
}

/** Whether "Shared until" can still be moved. */
export function canMove(share) {
  return share.status !== "revoked" && !isUsedUp(share);
}

export function openedWords(share) {
  return say("Opened {used} of {most} times", { used: share.accesses_used, most: share.max_accesses });
}

export function untilWords(share) {
  return say("Shared until {day}", { day: dayOf(share.expires_at) });
}

/** What the recipient sees, and may do. */
export function holdsWords(share) {
  const parts = share.include_images
    ? share.include_report
      ? say("Images and report")
      : say("Images")
    : say("Report");
  return share.allow_download ? say("{parts}, may be downloaded", { parts }) : say("{parts}, to look at only", { parts });
}

export function whomWords(share) {
  return share.label ? isolated(share.label) : share.email ? isolated(share.email) : say("somebody you gave the link");
}

const FIELDS = {
  days: "Please choose a day after today and within a year.",
  expires_at: "Please choose a day from today on, within a year after you shared it.",
  email: "This is no e-mail address. Please look at it once more.",
  label: "The words for whom it is are too long. Please shorten them.",
  message: "The message is too long. Please shorten it.",
  include_images: "Please choose what to share: images, report, or both.",
};

const REASONS = {
  revoked: "Access was revoked, which cannot be undone. Make a new share instead.",
  "used-up": "It was opened as often as it can be. Make a new share instead.",
  "deletion-asked": "You asked your practice to delete this account, so nothing can be shared any more. If you changed your mind, call there.",
  "several-persons": "These are exams of different persons. Please share them one by one.",
  "idempotency-key-old": "This was sent long ago already. Please look at Shared Exams, or begin anew.",
  "idempotency-key-reused": "This was sent already. Please look at Shared Exams, or begin anew.",
};

/** Say what the portal refused: which field it is, or why not at all. */
export function refusal(problem) {
  const { code, facts = {} } = problem;
  if (code === "conflict" && REASONS[facts.reason]) return say(REASONS[facts.reason]);
  if (code === "invalid-request") {
    const known = (facts.fields || []).find((each) => FIELDS[each.field]);
    if (known) return say(FIELDS[known.field], { days: MOST_DAYS });
  }
  if (code === "report-not-released") return notYetWords(facts.available_at);
  if (code === "not-complete") return say("This exam can be shared once all you sent of it has arrived.");
  return words(problem);
}

export function notYetWords(moment) {
  return moment
    ? say("This exam can be shared once its report is there: on {moment}.", { moment: momentOf(moment) })
    : say("This exam can be shared once its report is there.");
}
