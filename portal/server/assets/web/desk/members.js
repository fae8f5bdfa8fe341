// Staff: who works with the portal, what they may do, and referring doctors.

import { make } from "../dom.js";
import { box, field } from "../fields.js";
import { ask } from "../question.js";
import { learn, momentOf, say } from "../words.js";
import { german } from "./german.js";
import { deed, form } from "./parts.js";

learn(german);

const ROLES = {
  reception: ["Reception", "Patients, invitations, accounts"],
  reports: ["Reports", "Images, reports, what was filed wrongly"],
  administrator: ["Administrator", "Staff, settings, deleting accounts"],
  doctor: ["Referring doctor", "Sees the exams that were given, report at once; has no other role"],
};
const STATES = { invited: "Invited", active: "Active", lapsed: "Rests", blocked: "Blocked" };
const PATH = "/api/v1/staff/members";

export async function show(main, context) {
  const { members } = await context.api.json(PATH, context.signal);
  const again = () => context.go(location.pathname);
  const told = make("div", { role: "status" });
  const add = form([field("name", say("Name"), { maxlength: 64, autocomplete: "off" }), roles("new", []), field("email", say("E-mail address"), { type: "email", autocomplete: "off" })], say("Invite"), save, context);

  async function save(values) {
    const made = await context.api.send("POST", PATH, { name: values.name, roles: chosen(values), email: values.email.trim() || null });
    add.reset();
    told.replaceChildren(codeNotice(made));
  }

  main.append(
    make("h1", {}, say("Staff")),
    told,
    make("h2", {}, say("Who works here")),
    make("ul", { class: "cards" }, members.map((member) => entry(member, context, again, told))),
    make("h2", {}, say("Invite somebody")),
    add,
  );
}

function codeNotice(made) {
  return make(
    "div",
    { class: "notice good" },
    make("p", {}, say("Activation code for {name}:", { name: made.member.name })),
    make("p", { class: "code" }, made.activation_code),
    make("p", {}, say("It works once, until {moment}, at {address}", { moment: momentOf(made.expires_at), address: made.url.split("?")[0] })),
  );
}

function roles(which, those) {
  return make(
    "fieldset",
    {},
    make("legend", {}, say("May do")),
    Object.entries(ROLES).map(([role, [words, hint]]) => box(`${which}-${role}`, say(words), say(hint), { name: role, checked: those.includes(role) })),
  );
}

function chosen(values) {
  return Object.keys(ROLES).filter((role) => role in values);
}

function entry(member, context, again, told) {
  const one = `${PATH}/${encodeURIComponent(member.id)}`;
  const words = member.user_name ? `${member.name} (${member.user_name})` : member.name;
  const made = make("div", { class: "actions", "data-deeds": true });
  const add = (said, doing, facts) => made.append(deed(said, doing, context, facts));
  const post = (what) => async () => {
    await context.api.send("POST", `${one}/${what}`);
    await again();
  };
  if (member.state === "invited") add(say("New code"), async () => told.replaceChildren(codeNotice(await context.api.send("POST", `${one}/invitation`))));
  add(member.state === "blocked" ? say("Unblock") : say("Block"), post(member.state === "blocked" ? "unblock" : "block"));
  add(say("Remove"), async () => {
    const sentences = [words, say("This sign-in ends for good. What was done with it stays in the activity.")];
    if (!(await ask(say("Remove this sign-in?"), sentences, say("Remove for good"), say("Leave it"), context.signal))) return;
    await context.api.send("DELETE", one);
    await again();
  }, { class: "danger" });
  const change = make("details", {}, make("summary", {}, say("Change roles")), form([roles(member.id, member.roles)], say("Save"), async (values) => {
    const seen = (await context.api.get(one, context.signal)).headers.get("ETag");
    await context.api.send("PATCH", one, { roles: chosen(values) }, { "If-Match": seen });
    await again();
  }, context));
  return make("li", {}, make("h3", {}, words), make("p", {}, [...member.roles.map((role) => say(ROLES[role][0])), say(STATES[member.state])].join(" · ")), made, change);
}
