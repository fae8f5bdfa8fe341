// What exams, their reports and what is missing of them are called, on every page that names them.

import { isolated } from "../../recipient/words.js";
import { count, day, momentOf, say } from "../words.js";
import { titleWords } from "./titles.js";

/** What the hospital calls an exam, and beside it what that is in plain words, "" where that says no more. */
export function namesOf(exam) {
  const plain = exam.name && exam.name.toLowerCase() !== exam.title.toLowerCase() ? titleWords(exam.title) : "";
  return [isolated(exam.name || titleWords(exam.title)), isolated(plain)];
}

/** On one line: "Thorax nativ (CT of the chest)". */
export function nameOf(exam) {
  const [main, plain] = namesOf(exam);
  return plain ? `${main} (${plain})` : main;
}

export function dayOfExam(exam) {
  return day(exam.exam_date) || say("Day not known");
}

/** How much there is of an exam: "412 images, 1 report". */
export function amountOf(exam) {
  const sum = (key) => exam.studies.reduce((total, study) => total + (study[key] || 0), 0);
  const papers = sum("reports") + sum("documents");
  const [others, all] = [sum("others"), sum("instances")];
  const parts = [
    count(all - papers - others, "{n} image", "{n} images"),
    papers && count(papers, "{n} document", "{n} documents"),
    others && count(others, "{n} other file", "{n} other files"),
  ];
  return parts.filter(Boolean).join(", ");
}

/** Who brought it: the practice, or the person. */
export function originOf(exam, practice) {
  return exam.origin === "upload" ? say("Added by you") : (exam.practice?.name ?? practice);
}

/** Where the report is: [words, what more there is to say of it]; null where none is awaited. */
export function reportWords(report) {
  if (report.state === "not-expected") return null;
  if (report.state === "released") return [say("The report is here"), ""];
  const when = report.available_at
    ? say("It will be here on {moment}.", { moment: momentOf(report.available_at) })
    : say("It will be here once your practice has finished it.");
  return [say("Report is Unavailable"), when];
}
