// Letters and text messages that did not arrive: written anew, or put aside.

import { make } from "../dom.js";
import { Listing } from "../listing.js";
import { learn, momentOf, say } from "../words.js";
import { german } from "./german.js";
import { deed, whose } from "./parts.js";

learn(german);

const KINDS = {
  activation: "Invitation with an activation code",
  "staff-activation": "Sign-in for somebody of the practice",
  report: "News that a report is here",
  recovery: "The way to a new password",
  share: "An exam that was shared",
};

export async function show(main, context) {
  const list = make("ul", { class: "cards" });
  const listing = new Listing(context, {
    list,
    more: say("Show more"),
    page: (cursor) => `/api/v1/staff/notices?${new URLSearchParams({ ...(cursor && { cursor }) })}`,
    entries: (page) => page.letters.map((letter) => entry(letter, context)),
  });
  main.append(make("h1", {}, say("Letters")), make("p", { class: "quiet" }, say("Letters and text messages that could not be sent.")), make("h2", { class: "visually-hidden" }, say("Letters")), ...listing.parts);
  const first = await listing.start();
  if (!first.letters.length) list.replaceWith(make("p", {}, say("All letters left.")));
}

function entry(letter, context) {
  const address = `/api/v1/staff/notices/${encodeURIComponent(letter.id)}`;
  const again = () => context.go(location.pathname);
  const act = (what) => async () => {
    await context.api.send("POST", `${address}/${what}`);
    await again();
  };
  const patient = letter.patient && make("a", { href: `/my/desk/patients/${letter.patient}` }, whose(letter.person));
  return make(
    "li",
    {},
    make("h3", {}, say(KINDS[letter.kind] || "Notice about the account")),
    patient && make("p", {}, patient),
    make("p", {}, say("To {address}, written on {moment}, tried {n} times.", { address: letter.address, moment: momentOf(letter.created_at), n: letter.tries })),
    make("p", { class: "quiet" }, letter.trouble === "late" ? say("It was too late to send it.") : say("The other side refused it, or could not be reached.")),
    make(
      "div",
      { class: "actions", "data-deeds": true },
      letter.again && deed(letter.kind.endsWith("activation") ? say("Send a new code") : say("Write it again"), act("retry"), context),
      deed(say("Put aside"), act("settle"), context),
    ),
  );
}
