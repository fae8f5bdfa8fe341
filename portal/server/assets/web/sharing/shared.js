// Shared Exams: every one ever made, newest first.

import { make } from "../dom.js";
import { Listing } from "../listing.js";
import { learn, say } from "../words.js";
import { german as examGerman } from "../exams/german.js";
import { german } from "./german.js";
import { ShareCard } from "./card.js";

learn(examGerman);
learn(german);

export async function show(main, context) {
  const listing = new Listing(context, {
    list: make("ul", { class: "cards" }),
    more: say("Show more"),
    page: (cursor) => `/api/v1/shares?${new URLSearchParams({ limit: 30, ...(cursor && { cursor }) })}`,
    entries: (page) => page.shares.map((share) => new ShareCard(context, share).element),
  });
  main.append(
    make("h1", {}, say("Shared Exams")),
    make("p", { class: "quiet" }, say("Everything you ever shared. Each can be ended at any time.")),
    ...listing.parts,
  );
  const first = await listing.start();
  if (!first.shares.length) listing.list.replaceWith(make("p", {}, say("You have shared nothing yet. Open an exam, and press Share Exam.")));
}
