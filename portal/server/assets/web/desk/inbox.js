// Inbox: what patients added that names somebody else, and what came for nobody the practice knows. Whose it is, is said
// here, by a person, and never guessed.

import { make } from "../dom.js";
import { field } from "../fields.js";
import { Listing } from "../listing.js";
import { ask } from "../question.js";
import { count, day, learn, say } from "../words.js";
import { german } from "./german.js";
import { deed, form, whose } from "./parts.js";

learn(german);

const WHY = {
  "no-patient-id": "The images name no Patient ID.",
  "unknown-patient": "Nobody here has this Patient ID.",
  contradicts: "Name, birth date or sex contradict the patient who has this Patient ID.",
  conflict: "Some of these images differ from what the patient has under the same number.",
};

export async function show(main, context) {
  const list = make("ul", { class: "cards" });
  const listing = new Listing(context, {
    list,
    more: say("Show more"),
    page: (cursor) => `/api/v1/staff/unmatched?${new URLSearchParams({ ...(cursor && { cursor }) })}`,
    entries: (page) => page.studies.map((study) => entry(study, context)),
  });
  const asked = make("ul", { class: "cards" });
  const questions = new Listing(context, {
    list: asked,
    more: say("Show more"),
    page: (cursor) => `/api/v1/staff/uploads?${new URLSearchParams({ ...(cursor && { cursor }) })}`,
    entries: (page) => page.questions.map((one) => question(one, context)),
  });
  main.append(
    make("h1", {}, say("Inbox")),
    make("h2", {}, say("Added by patients, and naming somebody else")),
    ...questions.parts,
    make("h2", {}, say("Images for nobody the practice knows")),
    make("p", { class: "quiet" }, say("No patient sees them until somebody says whose they are.")),
    ...listing.parts,
  );
  const [first, second] = await Promise.all([listing.start(), questions.start()]);
  if (!first.studies.length) list.replaceWith(make("p", {}, say("Nothing waits here.")));
  if (!second.questions.length) asked.replaceWith(make("p", {}, say("Nothing waits here.")));
}

function question(one, context) {
  const sentences = [say("The images say: {who}", { who: whose(one.named) }), say("The account is of: {who}", { who: whose(one.person) })];
  const reply = (theirs, title, yes) => async () => {
    if (!(await ask(title, sentences, yes, say("Leave them"), context.signal))) return;
    await context.api.send("POST", `/api/v1/staff/uploads/${encodeURIComponent(one.id)}/answer`, { theirs });
    await context.go(location.pathname);
  };
  const state =
    one.likeness === "other"
      ? say("Nothing of them is here yet: the patient can send them once you say yes.")
      : say("They are in the account, added by the patient. With no they are taken out.");
  return make(
    "li",
    {},
    make("h3", {}, whose(one.person)),
    make("p", {}, sentences[0], " · ", count(one.images, "{n} file", "{n} files")),
    one.reason && make("p", {}, say("The patient says: {reason}", { reason: one.reason })),
    make("p", { class: "quiet" }, state),
    make(
      "div",
      { class: "actions", "data-deeds": true },
      deed(say("They are this patient's"), reply(true, say("Are these images of this patient?"), say("Yes, they are")), context),
      deed(say("They are not"), reply(false, say("Are these images of somebody else?"), say("Yes, refuse them")), context, { class: "danger" }),
    ),
  );
}

function entry(study, context) {
  const address = `/api/v1/staff/unmatched/${encodeURIComponent(study.id)}`;
  const again = () => context.go(location.pathname);
  const made = make("div", { class: "actions", "data-deeds": true });
  const give = async (wanted, who) => {
    const sentences = [say("The images say: {who}", { who: whose(study.person) }), say("They go to: {who}", { who })];
    if (!(await ask(say("Are these images of this patient?"), sentences, say("Yes, give them"), say("No"), context.signal))) return;
    await context.api.send("POST", `${address}/assign`, wanted);
    await again();
  };
  for (const { patient, person } of study.suggested) {
    made.append(deed(say("Give to {who}", { who: whose(person) }), () => give({ patient }, whose(person)), context));
  }
  made.append(
    deed(
      say("Throw away"),
      async () => {
        const sentences = [whose(study.person), say("The images go for good, and are refused if they are sent again.")];
        if (!(await ask(say("Throw these images away?"), sentences, say("Throw away for good"), say("Leave them"), context.signal))) return;
        await context.api.send("POST", `${address}/discard`, { reason: "misfiled" });
        await again();
      },
      context,
      { class: "danger" },
    ),
  );
  const id = field(`id-${study.id}`, say("Give to another patient, by Patient ID"), { name: "patient_id", autocomplete: "off", maxlength: 64 });
  return make(
    "li",
    {},
    make("h3", {}, whose(study.person)),
    make("p", {}, [study.study_description, day(study.study_date), count(study.images, "{n} image", "{n} images")].filter(Boolean).join(" · ")),
    make("p", { class: "quiet" }, say(WHY[study.why] || "It is not certain whose these images are.")),
    made,
    form([id], say("Give"), (values) => give({ patient_id: values.patient_id.trim() }, say("Patient ID {id}", { id: values.patient_id.trim() })), context),
  );
}
