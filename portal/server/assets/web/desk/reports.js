// Reports: which exams wait for one; upload, say that it is complete, release early, hold back.

import { make } from "../dom.js";
import { Listing } from "../listing.js";
import { ask } from "../question.js";
import { learn, momentOf, say } from "../words.js";
import { german as examGerman } from "../exams/german.js";
import { dayOfExam, namesOf } from "../exams/names.js";
import { german } from "./german.js";
import { deed, whose } from "./parts.js";

learn(examGerman);
learn(german);

const WORKS = [
  ["awaited", "Without a report"],
  ["draft", "Not complete yet"],
  ["complete", "Complete"],
];

export async function show(main, context) {
  const asked = context.query.get("work");
  const work = WORKS.some(([each]) => each === asked) ? asked : "awaited";
  const tabs = WORKS.map(([each, words]) =>
    make("li", {}, make("a", { href: `/my/desk/reports?work=${each}`, "aria-current": each === work && "page" }, say(words))),
  );
  const list = make("ul", { class: "cards" });
  const listing = new Listing(context, {
    list,
    more: say("Show more"),
    page: (cursor) => `/api/v1/staff/exams?${new URLSearchParams({ work, limit: 20, ...(cursor && { cursor }) })}`,
    entries: (page) => page.exams.map((exam) => new ExamCard(exam, context, () => context.go(location.pathname + location.search)).element),
  });
  main.append(make("h1", {}, say("Reports")), make("nav", { "aria-label": say("Which exams") }, make("ul", { class: "tabs" }, tabs)), make("h2", { class: "visually-hidden" }, say("Exams")), ...listing.parts);
  const first = await listing.start();
  if (!first.exams.length) list.replaceWith(make("p", { class: "quiet" }, say("No exam is here.")));
}

/** Cards of some exams, as they stand at a patient too. */
export function examCards(exams, context, again) {
  return make("ul", { class: "cards" }, exams.map((exam) => new ExamCard(exam, context, again).element));
}

class ExamCard {
  constructor(said, context, again) {
    this.said = said;
    this.context = context;
    this.again = again;
    this.address = `/api/v1/staff/exams/${encodeURIComponent(said.exam.id)}`;
    const [title, plain] = namesOf(said.exam);
    const accession = [...new Set(said.exam.studies.map((study) => study.accession_number).filter(Boolean))].join(", ");
    this.element = make(
      "li",
      {},
      make("h3", {}, whose(said.exam.person)),
      make("p", {}, [title, plain, dayOfExam(said.exam), accession && say("Accession Number {number}", { number: accession })].filter(Boolean).join(" · ")),
      make("p", { class: "quiet" }, this.state()),
      context.may("reports") && this.deeds(),
    );
  }

  state() {
    const { work, release, visible, visible_at: moment } = this.said;
    if (work === "awaited") return say("No report yet.");
    if (work === "draft") return say("The report is here and not complete: nobody sees it.");
    if (release === "held") return say("Held back by hand: the patient does not see the report.");
    if (visible) return say("The patient sees the report.");
    return say("The patient sees the report from {moment}.", { moment: momentOf(moment) });
  }

  deeds() {
    const { work, release, visible, exam } = this.said;
    const made = make("div", { class: "actions", "data-deeds": true });
    const add = (words, doing, facts) => made.append(deed(words, doing, this.context, facts));
    made.append(make("a", { class: "button secondary", href: `/my/exams/${encodeURIComponent(exam.id)}` }, say("Look at it")));
    made.append(this.upload());
    if (work === "draft") add(say("The report is complete"), () => this.post("report/complete", {}), { class: null });
    if (work === "complete" && !visible) add(say("Release now"), () => this.early());
    if (work === "complete" && release !== "held") add(say("Hold back"), () => this.post("release", { how: "held" }));
    if (release !== "by-rule") add(say("By the practice's rule again"), () => this.post("release", { how: "by-rule" }));
    return made;
  }

  /** Choosing a file asks whose report it is before anything is sent. */
  upload() {
    const file = make("input", { type: "file", accept: "application/pdf,.pdf", class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
    const button = deed(this.said.work === "awaited" ? say("Upload the report (PDF)…") : say("Upload another report (PDF)…"), () => file.click(), this.context);
    const send = deed("", () => this.send(file), this.context, { hidden: true });
    file.addEventListener("change", () => file.files.length && send.click());
    return make("span", { "data-deeds": true }, button, file, send);
  }

  async send(file) {
    const [chosen] = file.files;
    file.value = "";
    const { api, signal } = this.context;
    const sentences = [whose(this.said.exam.person), namesOf(this.said.exam)[0], say("File: {file}", { file: chosen.name })];
    if (!(await ask(say("Is this the report of this patient?"), sentences, say("Yes, upload it"), say("No"), signal))) return;
    await api.ask(`${this.address}/report`, { method: "PUT", headers: api.headers({ "Content-Type": "application/pdf" }), body: chosen });
    await this.again();
  }

  async early() {
    const sentences = [whose(this.said.exam.person), say("The patient sees the report at once.")];
    if (await ask(say("Release this report now?"), sentences, say("Release now"), say("Leave it"), this.context.signal)) await this.post("release", { how: "early" });
  }

  async post(what, body) {
    await this.context.api.send("POST", `${this.address}/${what}`, body);
    await this.again();
  }
}
