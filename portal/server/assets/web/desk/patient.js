// One patient: who it is, how the account stands, and what the desk does about it. Whose record it is stands in every question.

import { icon, make } from "../dom.js";
import { ask } from "../question.js";
import { dayOf, learn, momentOf, say } from "../words.js";
import { german } from "./german.js";
import { deed, form, nameParts, dicomName, birthDate, stateWords, typedDate, whose } from "./parts.js";
import { personFields } from "./new_patient.js";
import { examCards } from "./reports.js";

learn(german);

export async function show(main, context) {
  const card = new Card(main, context);
  await card.load();
}

class Card {
  constructor(main, context) {
    this.main = main;
    this.context = context;
    this.address = `/api/v1/staff/patients/${encodeURIComponent(context.params.patient)}`;
  }

  async load() {
    const { api, signal } = this.context;
    const answer = await api.get(this.address, signal);
    this.etag = answer.headers.get("ETag");
    this.patient = await answer.json();
    const exams = await api.json(`/api/v1/staff/exams?${new URLSearchParams({ patient: this.patient.id, limit: 20 })}`, signal);
    const { members } = await api.json("/api/v1/staff/doctors", signal);
    const given = await Promise.all(members.map((doctor) => api.json(`/api/v1/staff/doctors/${encodeURIComponent(doctor.id)}`, signal)));
    this.draw(exams, given);
  }

  draw(exams, doctors) {
    const { patient, context } = this;
    const back = make("a", { href: "/my/desk/patients" }, icon("arrow-left"), make("span", {}, say("Patients")));
    this.main.replaceChildren(
      make("p", { class: "back" }, back),
      make("h1", {}, whose(patient.person)),
      make("dl", { class: "facts" }, this.facts().map(([title, words]) => make("div", {}, make("dt", {}, title), make("dd", {}, words)))),
      context.may("reception") && this.deeds(),
      context.may("reception") && make("details", {}, make("summary", {}, say("Change name, birth date or how to reach the patient")), this.edit()),
      this.doctors(doctors),
      make("section", {}, make("h2", {}, say("Exams")), exams.exams.length ? examCards(exams.exams, context, () => this.load()) : make("p", { class: "quiet" }, say("The practice sent none yet."))),
    );
    for (const gap of [...this.main.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE)) gap.remove();
  }

  facts() {
    const { patient } = this;
    const reached = [patient.email, patient.phone].filter(Boolean).join(", ");
    return [
      [say("Account"), stateWords(patient.state)],
      patient.user_name && [say("User name"), patient.user_name],
      [say("Reached at"), reached || say("nothing known")],
      patient.code_expires_at && [say("The code works until"), momentOf(patient.code_expires_at)],
      patient.last_sign_in_at && [say("Last sign-in"), momentOf(patient.last_sign_in_at)],
      patient.deletion_asked_at && [say("Asked to be deleted on"), dayOf(patient.deletion_asked_at)],
    ].filter(Boolean);
  }

  deeds() {
    const { patient, context } = this;
    const account = patient.account_id && `/api/v1/staff/accounts/${encodeURIComponent(patient.account_id)}`;
    const waits = ["none", "invited", "code-over"].includes(patient.state);
    const reached = patient.email || patient.phone;
    const made = make("div", { class: "actions", "data-deeds": true });
    const add = (words, work, facts) => made.append(deed(words, work, context, facts));
    if (waits && reached) add(patient.state === "none" ? say("Invite by e-mail or text message") : say("Send a new code"), () => this.invite(true), { class: null });
    if (waits) add(patient.state === "none" ? say("Print an invitation") : say("Print a new code"), () => this.invite(false));
    if (patient.state === "lapsed" || patient.state === "deletion-asked") add(say("Open the account again"), () => this.act(`${account}/reinstate`));
    if (patient.state === "blocked") add(say("Unblock"), () => this.act(`${account}/unblock`));
    else if (account && !waits) {
      add(say("Block"), () => this.block(account, false));
      add(say("Block, and end all that was shared"), () => this.block(account, true));
    }
    if (account && context.may("administrator")) add(say("Delete the account"), () => this.remove(account), { class: "danger" });
    return made;
  }

  async invite(send) {
    const { api } = this.context;
    const made = await api.send("POST", `${this.address}/invitation?tell=${send}`);
    await this.load();
    const shown = make(
      "div",
      { class: "notice good", role: "status" },
      make("p", {}, say("Activation code for {who}:", { who: whose(this.patient.person) })),
      make("p", { class: "code" }, made.activation_code),
      make("p", {}, made.told ? say("It is on its way to the patient. Every earlier code is void.") : say("It was not sent. Every earlier code is void.")),
      make("p", { class: "actions", "data-deeds": true }, deed(say("Open the letter to print"), () => this.letter(made.activation_code), this.context)),
    );
    this.main.querySelector(".facts").after(shown);
    if (!send) await this.letter(made.activation_code);
  }

  /** The letter is asked for with the code in a header, so that it stands in no address. */
  async letter(code) {
    const { api } = this.context;
    const answer = await api.ask(`${this.address}/invitation.pdf`, { headers: api.headers({ Accept: "*/*", "Activation-Code": code }) });
    const address = URL.createObjectURL(await answer.blob());
    const link = make("a", { href: address, download: "invitation.pdf" });
    link.click();
    this.context.signal.addEventListener("abort", () => URL.revokeObjectURL(address));
  }

  async act(address, body = {}) {
    await this.context.api.send("POST", address, body);
    await this.load();
  }

  async block(account, all) {
    const shares = all ? say("All that was shared ends for good.") : say("What was shared goes on.");
    const sentences = [whose(this.patient.person), say("Everybody is signed out at once."), shares];
    if (!(await ask(say("Block this account?"), sentences, say("Block"), say("Leave it"), this.context.signal))) return;
    await this.act(`${account}/block`, { end_shares: all });
  }

  async remove(account) {
    const sentences = [
      whose(this.patient.person),
      say("Everything shared ends, and what the patient added goes for good. What the practice sent stays. This cannot be undone."),
    ];
    if (!(await ask(say("Delete this account?"), sentences, say("Delete for good"), say("Leave it"), this.context.signal))) return;
    await this.context.api.send("DELETE", account);
    await this.load();
  }

  /** Which referring doctors see this patient's exams, report at once; given and taken back here. */
  doctors(given) {
    if (!given.length) return null;
    const rows = given.map(({ doctor, patients }) => {
      const has = patients.includes(this.patient.id);
      return make(
        "li",
        { class: "actions", "data-deeds": true },
        make("span", {}, has ? say("{doctor} sees all exams of this patient", { doctor: doctor.name }) : doctor.name),
        deed(has ? say("Take the exams back") : say("Give all exams"), () => this.give(doctor, has), this.context),
      );
    });
    return make("section", {}, make("h2", {}, say("Referring doctors")), make("ul", { class: "rows doctors" }, rows));
  }

  async give(doctor, has) {
    const address = `/api/v1/staff/doctors/${encodeURIComponent(doctor.id)}/assignments${has ? "/end" : ""}`;
    const sentences = [whose(this.patient.person), say("{doctor} sees images and reports at once, also those the patient does not see yet.", { doctor: doctor.name })];
    if (!has && !(await ask(say("Give all exams of this patient?"), sentences, say("Give all exams"), say("Leave it"), this.context.signal))) return;
    await this.context.api.send("POST", address, { patient: this.patient.id });
    await this.load();
  }

  edit() {
    const { person, email, phone } = this.patient;
    const known = { ...nameParts(person.patient_name), date: typedDate(person.patient_birth_date), id: person.patient_id, email, phone };
    return form(personFields(known), say("Save"), (values) => this.save(values), this.context);
  }

  async save(values) {
    const { person } = this.patient;
    const wanted = {
      patient_name: dicomName(values, person.patient_name || ""),
      patient_birth_date: birthDate(values.patient_birth_date),
      patient_id: values.patient_id.trim(),
      email: values.email.trim(),
      phone: values.phone.trim(),
    };
    await this.context.api.send("PATCH", this.address, wanted, { "If-Match": this.etag });
    await this.load();
    this.context.tell(say("Saved."));
  }
}
