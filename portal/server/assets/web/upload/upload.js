// Add images: a ZIP, a folder or files from an old disc or stick, looked through here, sent, and proved.

import { icon, make } from "../dom.js";
import { box } from "../fields.js";
import { ask } from "../question.js";
import { notice, words } from "../trouble.js";
import { count, day, learn, say } from "../words.js";
import { isolated, name } from "../../recipient/words.js";
import { german } from "./german.js";
import { isOfOne, lookThrough } from "./reading.js";
import { sendStudy } from "./sending.js";

learn(german);

const MOST_NAMES = 20;
const ASIDE = {
  other: "no images, such as DICOMDIR and viewers",
  unreadable: "not readable",
  locked: "locked by a password, or packed in an unknown way",
  "too-large": "too large for a browser: use Scanshelf on a computer",
  conflict: "twice there with different content",
};

export async function show(main, context) {
  new Adding(main, context).begin();
}

class Adding {
  constructor(main, context) {
    this.main = main;
    this.context = context;
    this.body = make("div", { class: "adding" });
  }

  begin() {
    this.main.append(
      make("h1", {}, say("Add images")),
      make("p", { class: "lead" }, say("From an old disc or stick, or from another practice: choose its folder, a ZIP, or single files.")),
      this.body,
    );
    this.choose();
  }

  choose() {
    const pick = (id, said, facts) =>
      make("div", { class: "field" }, make("label", { for: id }, said), make("input", { id, type: "file", multiple: true, onchange: (event) => this.look([...event.target.files]), ...facts }));
    this.body.replaceChildren(
      pick("folder", say("A folder (a disc or a stick)"), { webkitdirectory: true }),
      pick("files", say("A ZIP, or files"), {}),
      make("p", { class: "quiet" }, say("Nothing leaves this device before you have seen what was found.")),
    );
  }

  /** Show how far one is, with a way to stop; gives the signal that ends it. */
  busy(lead) {
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.context.signal.addEventListener("abort", () => running.abort());
    this.bar = make("progress", { max: 1, value: 0, "aria-label": lead });
    this.said = make("p", { role: "status" }, lead);
    const stop = make("button", { type: "button", class: "secondary", id: "stop", onclick: () => this.stopped() }, say("Stop"));
    this.body.replaceChildren(this.said, this.bar, make("p", {}, stop));
    return running.signal;
  }

  stopped() {
    this.running.abort();
    this.choose();
    this.context.tell(say("Stopped. What has arrived stays; choose the same again to go on."));
    this.body.prepend(make("p", { class: "notice" }, say("Stopped. What has arrived stays; choose the same again to go on.")));
  }

  far(done, of, text) {
    [this.bar.max, this.bar.value] = [of, done];
    this.said.textContent = text;
  }

  async look(files) {
    if (!files.length) return;
    const signal = this.busy(say("Looking through what you chose …"));
    try {
      const found = await lookThrough(files, signal, (read, of) => this.far(read, of, say("{read} of {of} files looked through", { read, of })));
      this.found(found);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Say what is there before anything is sent. */
  found({ studies, aside }) {
    const all = [...studies.values()];
    const mixed = all.filter((study) => !isOfOne(study));
    this.studies = all.filter(isOfOne);
    this.aside = aside;
    const consent = box("consent", say("These are my own images, or those of somebody I care for"), "", { onchange: () => (send.disabled = !consent.querySelector("input").checked) });
    const send = make("button", { type: "button", id: "send", disabled: true, onclick: () => this.send() }, icon("cloud-upload"), make("span", {}, say("Send")));
    const other = make("button", { type: "button", class: "secondary", onclick: () => this.choose() }, say("Choose something else"));
    const parts = [
      make("ul", { class: "cards" }, this.studies.map((study) => make("li", {}, studyWords(study)))),
      !all.length && make("p", { class: "notice look" }, say("There are no images in what you chose. Choose the disc's own folder, not that of a viewer.")),
      mixed.length > 0 && make("p", { class: "notice danger" }, say("Files of one exam name different persons. They are not sent; please ask the practice they are from.")),
      ...asideWords(aside),
      this.studies.length > 0 && consent,
      make("p", { class: "actions" }, ...[this.studies.length > 0 && send, other].filter(Boolean)),
    ];
    this.body.replaceChildren(...parts.filter(Boolean));
    this.context.tell(say("Looked through."));
  }

  async send() {
    const signal = this.busy(say("Sending …"));
    const done = [];
    for (const study of this.studies) {
      const result = await this.sent(study, signal);
      if (signal.aborted) return;
      done.push([study, result]);
    }
    this.ended(done);
  }

  /** Send one study; a lost connection is waited out, whatever else the portal refuses is the result. */
  async sent(study, signal) {
    let confirmed = null;
    for (;;) {
      try {
        return await sendStudy(this.context.api, study, confirmed, signal, (here, of) => this.far(here, of, say("{here} of {of} images are at the portal", { here, of })));
      } catch (problem) {
        if (signal.aborted) return null;
        if (!problem.facts) throw problem;
        if (problem.code === "person-unclear" && !confirmed) {
          if (!(await this.isTheirs(problem, signal))) return { problem, said: say("It was not sent: you did not say that it is yours.") };
          confirmed = "said so in the browser";
        } else if (problem.status === 0 || problem.status >= 500) await this.again(problem, signal);
        else return { problem, said: refusal(problem) };
        if (signal.aborted) return null;
      }
    }
  }

  isTheirs({ facts }, signal) {
    const sentences = [
      say("The images say: {person}", { person: personWords(facts.person) }),
      say("Your account says: {person}", { person: personWords(facts.account_person) }),
      say("Send them only if both are the same person. Images of another person in your account could harm you both."),
    ];
    return ask(say("Are these images of the same person?"), sentences, say("Yes, the same person"), say("No, do not send"), signal);
  }

  /** Wait for the network, or for a press. */
  again(problem, signal) {
    return new Promise((go) => {
      const shown = notice(problem, on);
      this.said.after(shown);
      window.addEventListener("online", on, { once: true });
      signal.addEventListener("abort", on, { once: true });
      function on() {
        window.removeEventListener("online", on);
        shown.remove();
        go();
      }
    });
  }

  ended(done) {
    const more = make("button", { type: "button", class: "secondary", onclick: () => this.choose() }, say("Add more"));
    const parts = done.map(([study, result]) => make("li", {}, make("h2", {}, personWords(study.person)), ...resultWords(result)));
    this.body.replaceChildren(make("ul", { class: "cards", id: "results" }, parts), ...asideWords(this.aside), make("p", {}, more));
    this.context.tell(this.body.querySelector("#results").innerText);
  }
}

function studyWords(study) {
  return [make("h2", {}, personWords(study.person)), make("p", {}, count(study.items.size, "One exam with {n} image or document", "One exam with {n} images and documents"))];
}

function personWords(person) {
  const born = person.patient_birth_date && day(person.patient_birth_date);
  return [name(person.patient_name), born && say("born {day}", { day: born }), person.patient_id && isolated(person.patient_id)].filter(Boolean).join(", ");
}

function asideWords(aside) {
  if (!aside.length) return [];
  const lines = Object.entries(ASIDE).flatMap(([why, reason]) => {
    const names = aside.filter((each) => each.why === why).map((each) => isolated(each.name));
    const shown = names.slice(0, MOST_NAMES).join(", ") + (names.length > MOST_NAMES ? " …" : "");
    return names.length ? [make("li", {}, `${names.length} · ${say(reason)}: ${shown}`)] : [];
  });
  const title = count(aside.length, "{n} file is left aside", "{n} files are left aside");
  return [make("details", { id: "aside" }, make("summary", {}, title), make("ul", {}, lines))];
}

function resultWords(result) {
  if (result.problem) return [make("p", { class: "notice danger" }, result.said)];
  const whole = result.here === result.of;
  const proof = say("{here} of {of} images are at the portal, each read again there and the same byte for byte.", result);
  return [
    make("p", { class: whole ? "notice" : "notice look" }, icon(whole ? "circle-check" : "triangle-alert"), " ", proof),
    result.refused > 0 && make("p", {}, count(result.refused, "{n} was not taken by the portal.", "{n} were not taken by the portal.")),
    result.conflicts > 0 && make("p", {}, count(result.conflicts, "{n} is there already with other content, which was kept.", "{n} are there already with other content, which was kept.")),
    result.exam && make("p", {}, make("a", { href: `/my/exams/${encodeURIComponent(result.exam)}` }, say("To the exam"))),
  ].filter(Boolean);
}

function refusal(problem) {
  const { code, facts } = problem;
  if (code === "other-person") return say("It was not sent: the images are of {person}, and your account is of {owner}. Is that wrong? Please ask your practice.", { person: personWords(facts.person), owner: personWords(facts.account_person) });
  if (code === "not-complete") return say("Not everything has arrived. Please choose the same again: only what is missing is sent.");
  return words(problem);
}
