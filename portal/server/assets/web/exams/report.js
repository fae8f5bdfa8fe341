// The report of an exam, page by page.

import { icon, make } from "../dom.js";
import { notice } from "../trouble.js";
import { learn, say } from "../words.js";
import { AS_ACCOUNT } from "./exam.js";
import { german } from "./german.js";
import { dayOfExam, nameOf, reportWords } from "./names.js";

learn(german);

export async function show(main, context) {
  const { api, params, signal } = context;
  const id = encodeURIComponent(params.exam);
  const exam = await api.json(`/api/v1/exams/${id}`, signal);
  const back = make("a", { href: `/my/exams/${id}` }, icon("arrow-left"), make("span", {}, nameOf(exam)));
  main.append(make("p", { class: "back" }, back), make("h1", {}, exam.report.title || say("Report")), make("p", { class: "lead" }, dayOfExam(exam)));
  if (exam.report.state !== "released") {
    main.append(make("p", { class: "notice" }, (reportWords(exam.report) || [say("No report is awaited for this exam.")]).join(". ")));
    return;
  }
  const file = { class: "button", href: `/api/v1/exams/${id}/report${AS_ACCOUNT}`, download: "report.pdf" };
  main.append(make("p", {}, make("a", file, icon("download"), make("span", {}, say("Download report")))));
  await pages(main, api, `/api/v1/view/exams/${id}/report`, signal);
}

async function pages(main, api, place, signal) {
  const { pages: total } = await api.json(place, signal);
  const paper = make("div", { class: "pages" });
  main.append(paper);
  const addresses = [];
  signal.addEventListener("abort", () => addresses.forEach((address) => URL.revokeObjectURL(address)));
  for (let number = 1; number <= total; number += 1) {
    try {
      addresses.push(URL.createObjectURL(await api.blob(`${place}/pages/${number}`, signal)));
    } catch (problem) {
      if (signal.aborted) return;
      if (!problem.facts) throw problem;
      paper.append(notice(problem));
      return;
    }
    const words = say("Page {number} of {total} of the report, as a picture", { number, total });
    paper.append(make("img", { src: addresses.at(-1), alt: words }));
  }
}
