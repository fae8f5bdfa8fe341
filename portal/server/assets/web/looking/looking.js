// The images of an exam on the whole screen, in the viewer recipients have.

import { make } from "../dom.js";
import { learn, say } from "../words.js";
import { Viewer } from "../../recipient/viewer/viewer.js";
import { AS_ACCOUNT } from "../exams/exam.js";
import { nameOf } from "../exams/names.js";
import { titleWords } from "../exams/titles.js";
import { awaySentences, wholeOf, wholeSentences } from "../exams/whole.js";
import { german } from "./german.js";
import { translated } from "./translated.js";

learn(german);

export async function show(main, context) {
  const { api, params, query, signal } = context;
  const exam = await api.json(`/api/v1/exams/${encodeURIComponent(params.exam)}`, signal);
  main.append(make("h1", {}, say("Images of {exam}", { exam: nameOf(exam) })));
  const screen = make("div", { id: "looking" }, translated(document.getElementById("viewer-parts").content.cloneNode(true)));
  document.body.append(screen);
  document.body.classList.add("looking");
  const part = (id) => (id === "said" ? document.getElementById("told") : screen.querySelector(`#${id}`));
  const viewer = new Viewer(api, part, opened(exam));
  signal.addEventListener("abort", () => leave(viewer, screen));
  part("viewer").hidden = false;
  part("finish").addEventListener("click", () => context.go(`/my/exams/${encodeURIComponent(exam.id)}`));
  part("screen").focus({ preventScroll: true });
  try {
    await viewer.start();
  } catch (problem) {
    leave(viewer, screen); // what went wrong is said in the page
    throw problem;
  }
  const wanted = viewer.all.findIndex((series) => series.said.series_instance_uid === query.get("series"));
  if (wanted > 0) viewer.openSeries(wanted);
}

/** What the viewer is told, of an exam of one's own. */
function opened(exam) {
  const whole = wholeOf(exam);
  const away = awaySentences(whole);
  return {
    exams: [{ ...exam, title: titleWords(exam.title) }],
    person: exam.person,
    message: "",
    include_images: true,
    include_report: true,
    allow_download: true,
    not_here: away,
    images_note: wholeSentences(whole, exam.origin).join(" "),
    held_note: "",
    asks: AS_ACCOUNT,
  };
}

function leave(viewer, screen) {
  if (!screen.isConnected) return;
  viewer.clear();
  screen.remove();
  document.body.classList.remove("looking");
}
