// My Exams: all of them, the newest first, found by whatever they are called.

import { icon, make } from "../dom.js";
import { placeAt } from "../places.js";
import { notice } from "../trouble.js";
import { whose } from "../desk/parts.js";
import { may } from "../places.js";
import { count, learn, say } from "../words.js";
import { german } from "./german.js";
import { amountOf, dayOfExam, namesOf, originOf, reportWords } from "./names.js";
import { Pictures } from "./pictures.js";
import { awaySentences, missing, wholeOf } from "./whole.js";

learn(german);

const PAUSE_MS = 250; // of the hand that types

export async function show(main, context) {
  const list = new List(main, context);
  await list.start(context.query.get("q") || "");
}

class List {
  constructor(main, context) {
    this.context = context;
    this.pictures = new Pictures(context.api, context.signal);
    this.list = make("ul", { class: "exams" });
    this.words = make("p", { class: "quiet", role: "status" });
    this.more = make("button", { type: "button", class: "secondary", hidden: true, onclick: () => this.next() }, say("Show more exams"));
    this.field = make("input", { type: "search", id: "search", name: "q", autocomplete: "off", maxlength: 200, "aria-describedby": "search-hint" });
    const form = make(
      "form",
      { class: "search", role: "search", onsubmit: (event) => this.submit(event) },
      make("label", { for: "search" }, say("Search")),
      this.field,
      make("p", { class: "hint", id: "search-hint" }, say("By what was looked at, hospital, day, Patient ID or Accession Number")),
    );
    this.field.addEventListener("input", () => this.typed());
    main.append(make("h1", {}, may("patient") ? say("My Exams") : say("My patients' exams")), form, this.words, this.list, this.more);
  }

  async start(sought) {
    this.field.value = sought;
    this.asked = sought;
    await this.fill();
  }

  typed() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.search(), PAUSE_MS);
  }

  submit(event) {
    event.preventDefault();
    this.search();
  }

  /** Ask anew; what is shown stays until the answer is there. */
  async search() {
    clearTimeout(this.pause);
    const sought = this.field.value.trim();
    if (sought === this.asked || this.context.signal.aborted) return;
    this.asked = sought;
    history.replaceState(null, "", sought ? `?${new URLSearchParams({ q: sought })}` : location.pathname);
    await this.tried(() => this.fill());
  }

  async fill() {
    const { asked } = this;
    const page = await this.page(null);
    if (asked !== this.asked) return; // somebody typed on
    this.list.replaceChildren();
    this.add(page);
    this.words.textContent = this.found(page);
  }

  async next() {
    await this.tried(async () => {
      const last = this.list.lastElementChild;
      this.add(await this.page(this.cursor));
      const first = last && last.nextElementSibling;
      if (first) first.querySelector("a").focus(); // where reading goes on
    });
  }

  async tried(deed) {
    const { signal } = this.context;
    this.trouble?.remove();
    this.more.disabled = true;
    try {
      await deed();
    } catch (problem) {
      if (signal.aborted) return;
      if (!problem.facts) throw problem;
      this.trouble = notice(problem, () => this.tried(deed));
      this.more.before(this.trouble);
    } finally {
      this.more.disabled = false;
    }
  }

  page(cursor) {
    const wish = new URLSearchParams({ limit: 30, ...(cursor && { cursor }), ...(this.asked && { q: this.asked }) });
    return this.context.api.json(`/api/v1/exams?${wish}`, this.context.signal);
  }

  add(page) {
    this.cursor = page.next_cursor;
    this.more.hidden = !page.next_cursor;
    this.list.append(...page.exams.map((exam) => this.entry(exam)));
  }

  found({ exams, next_cursor: more }) {
    if (!exams.length) {
      return this.asked
        ? say("No exam fits “{words}”. Try fewer words, or a day such as 12.03.2019.", { words: this.asked })
        : say("There are no exams here yet. They appear as soon as your practice has sent them.");
    }
    if (!this.asked) return "";
    return more ? say("The newest of many that fit:") : count(exams.length, "{n} exam fits", "{n} exams fit");
  }

  entry(exam) {
    const [main, plain] = namesOf(exam);
    const study = exam.studies.find((each) => each.instances > each.reports + each.documents + each.others);
    const path = study && `/dicomweb/studies/${encodeURIComponent(study.study_instance_uid)}/thumbnail?viewport=160,160`;
    const shown = make("span", { class: "picture" }, path ? this.pictures.of(path) : icon("file-text"));
    const words = make(
      "span",
      { class: "words" },
      !may("patient") && make("strong", {}, whose(exam.person)),
      make("strong", {}, main),
      plain && make("span", {}, plain),
      make("span", {}, [dayOfExam(exam), originOf(exam, this.context.practice.practice)].join(" · ")),
      make("span", { class: "quiet" }, amountOf(exam)),
      ...states(exam),
    );
    return make("li", {}, make("a", { class: "tile", href: `/my/exams/${encodeURIComponent(exam.id)}` }, shown, words), quickShare(exam, main));
  }
}

/** Absent until an exam can be shared; who does not see it hears which one is meant. */
function quickShare(exam, name) {
  const place = `/my/share/${encodeURIComponent(exam.id)}`;
  if (!exam.shareable || !placeAt(place)) return null;
  const which = make("span", { class: "visually-hidden" }, `: ${name}`);
  return make("a", { class: "quick", href: place }, icon("share-2"), make("span", {}, say("Quick Share"), which));
}

/** What has to be known before the exam is opened: where its report is, what of it is missing. */
function states(exam) {
  const report = reportWords(exam.report);
  const whole = wholeOf(exam);
  const away = missing(whole);
  const lost = away ? say("{n} of {of} files are not here", { n: away, of: whole.of }) : awaySentences(whole)[0];
  return [
    report && make("span", { class: exam.report.state === "released" ? "state good" : "state" }, report.filter(Boolean).join(". ")),
    lost && make("span", { class: "state look" }, icon("triangle-alert"), make("span", {}, lost)),
  ];
}
