// Share Exam: a few facts, then an invitation by e-mail, on paper, or copied.

import { icon, make } from "../dom.js";
import { box, choices, DAY_MS, endOfDay, field, fieldDay } from "../fields.js";
import { dayOfExam, nameOf } from "../exams/names.js";
import { notice } from "../trouble.js";
import { learn, say } from "../words.js";
import { german as examGerman } from "../exams/german.js";
import { german } from "./german.js";
import { DAYS, MOST_DAYS } from "./limits.js";
import { showMade } from "./made.js";
import { notYetWords, refusal } from "./words.js";

learn(examGerman);
learn(german);

export async function show(main, context) {
  const { api, params, query, signal } = context;
  const exam = await api.json(`/api/v1/exams/${encodeURIComponent(params.exam)}`, signal);
  const again = query.get("again") ? await api.json(`/api/v1/shares/${encodeURIComponent(query.get("again"))}`, signal) : null;
  const place = `/my/exams/${encodeURIComponent(exam.id)}`;
  main.append(
    make("p", { class: "back" }, make("a", { href: place }, icon("arrow-left"), make("span", {}, say("Back to the exam")))),
    make("h1", {}, say("Share Exam")),
    make("p", { class: "lead" }, [nameOf(again || exam), dayOfExam(exam)].join(" · ")),
  );
  if (!exam.shareable) main.append(make("p", { class: "notice look" }, notYet(exam)));
  else new Sharing(main, context, exam, again).begin();
}

function notYet(exam) {
  if (exam.origin === "upload") return say("This exam can be shared once all you sent of it has arrived.");
  return notYetWords(exam.report.available_at);
}

class Sharing {
  constructor(main, context, exam, again) {
    this.main = main;
    this.context = context;
    this.exam = exam;
    this.again = again;
    this.key = null;
  }

  begin() {
    this.form = make(
      "form",
      { class: "wide-form", onsubmit: (event) => this.submit(event) },
      make("p", { class: "notice look" }, say("Images and reports are sensitive. Share them only with people you trust.")),
      this.ways(),
      ...this.what(),
      box("download", say("May be downloaded"), say("Otherwise they can only be looked at."), { checked: Boolean(this.again?.allow_download) }),
      field("label", say("Whom is it for?"), { maxlength: 200, value: this.again?.label ?? "", autocomplete: "off" }, say("For your own list, such as “Dr Weber”. The recipient does not see it.")),
      this.message(),
      this.until(),
      make("button", { type: "submit" }, icon("share-2"), make("span", {}, say("Share Exam"))),
    );
    this.main.append(this.form);
    this.fit();
  }

  ways() {
    const mail = field("email", say("E-mail address"), { type: "email", maxlength: 254, value: this.again?.email ?? "", autocomplete: "off" });
    mail.dataset.way = "email";
    const paper = make(
      "div",
      { "data-way": "print" },
      box("second", say("Code on a second sheet"), say("So that link and code can be handed over separately.")),
      box("titled", say("Name the exam on the paper")),
    );
    const each = [
      ["email", say("By e-mail"), say("The portal sends the link. You tell the code by phone or in person.")],
      ["print", say("On paper"), say("You print an invitation, or keep it as a PDF.")],
      ["copy", say("Copy link and code"), say("You send the link yourself, and the code by another way.")],
    ];
    const chosen = this.again?.email ? "email" : "print";
    return make("div", { class: "field" }, choices("way", say("How does the invitation get there?"), each, chosen, () => this.fit()), mail, paper);
  }

  what() {
    const hasReport = this.exam.report.state === "released" && this.exam.report.size !== null;
    const hasImages = this.exam.studies.some((study) => study.instances > 0);
    if (!(hasReport && hasImages)) return [];
    const chosen = !this.again || this.again.include_images === this.again.include_report ? "both" : this.again.include_images ? "images" : "report";
    const each = [
      ["both", say("Images and report")],
      ["images", say("Images")],
      ["report", say("Report")],
    ];
    return [choices("what", say("What do you share?"), each, chosen)];
  }

  message() {
    const made = field("message", say("Message to the recipient"), { rows: 3, maxlength: 2000 }, say("If you like. It is shown with the exam."));
    made.querySelector("textarea").value = this.again?.message ?? "";
    return made;
  }

  until() {
    const day = (days) => fieldDay(Date.now() + days * DAY_MS);
    const facts = { type: "date", required: true, value: day(DAYS), min: day(1), max: day(MOST_DAYS) };
    return field("until", say("Shared until"), facts, say("At most a year. It can be opened ten times until then, and you can end it at any time."));
  }

  /** Show what belongs to the chosen way, and nothing else. */
  fit() {
    const way = this.said("way");
    for (const part of this.form.querySelectorAll("[data-way]")) part.hidden = part.dataset.way !== way;
    this.form.elements.email.required = way === "email";
  }

  said(name) {
    const found = this.form.elements[name];
    return found instanceof HTMLInputElement && found.type === "checkbox" ? found.checked : found?.value;
  }

  wish() {
    const what = this.said("what") || "both";
    const days = Math.round((endOfDay(this.said("until")) - endOfDay(fieldDay(Date.now()))) / DAY_MS);
    return {
      exams: this.again ? this.again.exams : [this.exam.id],
      days,
      label: this.said("label").trim() || null,
      message: this.said("message").trim() || null,
      email: this.said("way") === "email" ? this.said("email").trim() : null,
      include_images: what !== "report",
      include_report: what !== "images",
      allow_download: this.said("download"),
    };
  }

  /** The same wish sent twice, after the network was lost, is one share. */
  keyOf(wish) {
    const written = JSON.stringify(wish);
    if (this.key?.written !== written) this.key = { written, name: crypto.randomUUID() };
    return this.key.name;
  }

  async submit(event) {
    event.preventDefault();
    const button = this.form.querySelector("button[type=submit]");
    const { api, signal } = this.context;
    this.trouble?.remove();
    button.disabled = true;
    try {
      const wish = this.wish();
      const made = await api.send("POST", "/api/v1/shares", wish, { "Idempotency-Key": this.keyOf(wish) });
      if (signal.aborted) return;
      const paper = { way: this.said("way"), second: this.said("second"), titled: this.said("titled") };
      showMade(this.main, this.context, made, paper);
    } catch (problem) {
      if (signal.aborted) return;
      if (!problem.facts) throw problem;
      this.trouble = notice(problem, null, refusal(problem));
      button.before(this.trouble);
      this.trouble.scrollIntoView({ block: "nearest" });
    } finally {
      button.disabled = false;
    }
  }
}
