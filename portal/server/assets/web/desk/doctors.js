// Referring doctors: which exams each sees, by the name that stands in the images; patients are given on their own cards.

import { make } from "../dom.js";
import { ask } from "../question.js";
import { count, learn, say } from "../words.js";
import { isolated, name as personName } from "../../recipient/words.js";
import { german } from "./german.js";
import { deed, form } from "./parts.js";

learn(german);

const PATH = "/api/v1/staff/doctors";

export async function show(main, context) {
  const { api, signal } = context;
  const [{ members }, { names }] = await Promise.all([api.json(PATH, signal), api.json("/api/v1/staff/referral-names", signal)]);
  const given = await Promise.all(members.map((doctor) => api.json(`${PATH}/${encodeURIComponent(doctor.id)}`, signal)));
  main.append(
    make("h1", {}, say("Referring doctors")),
    make("p", { class: "quiet" }, say("A doctor sees images and reports at once, and nothing else. An administrator invites doctors; all exams of one patient are given on the patient's card.")),
    make("h2", { class: "visually-hidden" }, say("Referring doctors")),
    given.length ? make("ul", { class: "cards" }, given.map((each) => entry(each, names, context))) : make("p", {}, say("There is no referring doctor yet.")),
  );
}

function entry({ doctor, names: own, patients, exams, exams_in_all: all }, names, context) {
  const address = `${PATH}/${encodeURIComponent(doctor.id)}/assignments`;
  const act = async (path, name) => {
    await context.api.send("POST", path, { name });
    await context.go(location.pathname);
  };
  const rows = own.map((name) =>
    make(
      "li",
      { class: "actions", "data-deeds": true },
      make("span", {}, shown(name)),
      deed(say("Take back"), () => act(`${address}/end`, name), context),
    ),
  );
  return make(
    "li",
    {},
    make("h3", {}, doctor.user_name ? `${doctor.name} (${doctor.user_name})` : doctor.name),
    make("p", {}, [count(all, "sees {n} exam", "sees {n} exams"), count(patients.length, "{n} patient by hand", "{n} patients by hand"), count(exams.length, "{n} exam by hand", "{n} exams by hand")].join(" · ")),
    rows.length > 0 && make("ul", { class: "rows doctors" }, rows),
    add(doctor, names.filter(({ name }) => !own.includes(name)), (name) => act(address, name), context),
  );
}

/** Names are chosen from those that stand in images; how many exams one brings is asked about first. */
function add(doctor, names, give, context) {
  if (!names.length) return null;
  const id = `name-${doctor.id}`;
  const options = names.map(({ name, exams }) => make("option", { value: name }, `${shown(name)} (${count(exams, "{n} exam", "{n} exams")})`));
  const field = make("div", { class: "field" }, make("label", { for: id }, say("Give all exams whose images name")), make("select", { id, name: "name" }, options));
  return form(
    [field],
    say("Give the exams"),
    async ({ name }) => {
      const { exams } = names.find((each) => each.name === name);
      const sentences = [
        say("{name}: {exams} now, and all that come later. Two doctors of one name are one to the portal.", { name: shown(name), exams: count(exams, "{n} exam", "{n} exams") }),
        say("{doctor} sees images and reports at once, also those the patient does not see yet.", { doctor: doctor.name }),
      ];
      if (await ask(say("Give these exams?"), sentences, say("Give the exams"), say("Leave it"), context.signal)) await give(name);
    },
    context,
  );
}

function shown(name) {
  return isolated(personName(name) || name);
}
