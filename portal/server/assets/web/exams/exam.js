// One exam: look at its images, read its report, take both home, share it.

import { icon, make } from "../dom.js";
import { may, placeAt } from "../places.js";
import { count, day, learn, say, size } from "../words.js";
import { isolated, name, seriesTitle } from "../../recipient/words.js";
import { readSeries, middleObject } from "../../recipient/exam/series.js";
import { german as ofViewer } from "../looking/german.js";
import { german } from "./german.js";
import { amountOf, dayOfExam, namesOf, originOf, reportWords } from "./names.js";
import { Pictures } from "./pictures.js";
import { awaySentences, wholeOf, wholeSentences } from "./whole.js";

learn(german);
learn(ofViewer); // what series are called

/** Where an exam is asked for, for what is downloaded: by a link, to which a browser adds no header. */
export const AS_ACCOUNT = "?as=account";

export async function show(main, context) {
  const { api, params, signal, practice } = context;
  const exam = await api.json(`/api/v1/exams/${encodeURIComponent(params.exam)}`, signal);
  const account = await context.account;
  const place = `/my/exams/${encodeURIComponent(exam.id)}`;
  const [title, plain] = namesOf(exam);
  const parts = [
    make("p", { class: "back" }, back()),
    make("h1", {}, title),
    make("p", { class: "lead" }, [plain, dayOfExam(exam), originOf(exam, practice.practice)].filter(Boolean).join(" · ")),
    account.persons.length !== 1 && make("p", {}, personWords(exam.person)),
    ...howMuch(exam),
    deeds(exam, place),
    report(exam),
    images(exam, place, context),
    numbers(exam),
  ];
  main.append(...parts.filter(Boolean));
}

/** Back to the list one came from: the desk has another one. */
function back() {
  const [href, words] = may("patient", "doctor") ? ["/my/exams", say("My Exams")] : ["/my/desk/reports", say("Reports")];
  return make("a", { href }, icon("arrow-left"), make("span", {}, words));
}

function personWords(person) {
  const born = day(person.patient_birth_date);
  return [name(person.patient_name), born && say("born {day}", { day: born })].filter(Boolean).join(", ");
}

/** What is not here is said before anything can be pressed. */
function howMuch(exam) {
  const whole = wholeOf(exam);
  const away = awaySentences(whole);
  if (away.length) return [make("div", { class: "notice look" }, make("p", {}, away.join(" ")))];
  return [make("p", { class: "quiet" }, [`${amountOf(exam)}.`, ...wholeSentences(whole, exam.origin)].join(" "))];
}

function deeds(exam, place) {
  const api = `/api/v1/exams/${encodeURIComponent(exam.id)}`;
  const bytes = exam.studies.reduce((total, study) => total + study.bytes, 0);
  const hasImages = exam.studies.some((study) => study.instances > 0);
  const hasReport = exam.report.state === "released" && exam.report.size !== null;
  const share = `/my/share/${encodeURIComponent(exam.id)}`;
  return make(
    "div",
    { class: "deeds-of-exam" },
    hasImages && link(`${place}/images`, "eye", say("Look at the images")),
    hasReport && link(`${place}/report`, "file-text", say("Read the report")),
    exam.shareable && placeAt(share) && link(share, "share-2", say("Share Exam")),
    hasImages && link(`${api}/images.zip${AS_ACCOUNT}`, "download", say("Download images ({size})", { size: size(bytes) }), "images.zip"),
    hasReport && link(`${api}/report${AS_ACCOUNT}`, "download", say("Download report"), "report.pdf"),
    placeAt(`${place}/activity`) && make("a", { class: "button secondary", href: `${place}/activity` }, icon("history"), make("span", {}, say("Activity"))),
  );
}

function link(href, drawing, words, download) {
  return make("a", { class: download ? "button secondary" : "button", href, download }, icon(drawing), make("span", {}, words));
}

/** Until the report is here: that it is not, and when it will be. */
function report(exam) {
  const words = reportWords(exam.report);
  if (!words || exam.report.state === "released") return null;
  const [title, when] = words;
  return make(
    "section",
    { class: "notice", "aria-labelledby": "report-title" },
    make("h2", { id: "report-title" }, title),
    make("p", {}, when, " ", say("The images can be seen already. The exam can be shared once the report is here.")),
  );
}

/** A small picture of each series; a press on one enlarges it. */
function images(exam, place, { api, signal }) {
  const pictures = new Pictures(api, signal);
  const section = make("section", { "aria-labelledby": "images-title" }, make("h2", { id: "images-title" }, say("Images")));
  const list = make("ul", { class: "series" });
  section.append(list);
  readSeries(api, { exams: [exam] }).then(
    (all) => {
      if (!all.length) section.remove();
      for (const series of all) list.append(tile(series, place, pictures));
    },
    (problem) => {
      if (!signal.aborted) section.append(make("p", {}, say("The small pictures cannot be shown just now.")));
      if (!problem.facts) throw problem;
    },
  );
  return section;
}

function tile(series, place, pictures) {
  const uid = series.said.series_instance_uid;
  const title = seriesTitle(series);
  const amount = count(series.objects.length, "{n} image", "{n} images");
  return make(
    "li",
    {},
    make(
      "a",
      { class: "tile", href: `${place}/images?${new URLSearchParams({ series: uid })}` },
      make("span", { class: "picture" }, pictures.of(`${middleObject(series).path}/thumbnail`)),
      make("span", { class: "words" }, make("strong", {}, title), make("span", { class: "quiet" }, amount)),
    ),
  );
}

/** The numbers a practice asks for, each with what it is. */
function numbers(exam) {
  const studies = exam.studies.filter((study) => study.accession_number);
  const accession = [...new Set(studies.map((study) => study.accession_number))];
  const person = exam.person.patient_id;
  if (!person && !accession.length) return null;
  return make(
    "section",
    { "aria-labelledby": "numbers-title" },
    make("h2", { id: "numbers-title" }, say("Numbers to tell your practice")),
    make(
      "dl",
      { class: "numbers" },
      person && number(say("Patient ID"), [person], say("Your number at this practice: the same for all your exams there.")),
      accession.length > 0 &&
        number(
          say("Accession Number"),
          accession,
          say("The number of this scan at the practice. Some call it RI Number or Study Code."),
        ),
    ),
  );
}

function number(title, values, words) {
  return make(
    "div",
    {},
    make("dt", {}, title),
    make("dd", {}, make("span", { class: "code" }, values.map(isolated).join(", ")), make("p", { class: "hint" }, words)),
  );
}
