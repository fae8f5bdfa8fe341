// Above the images: whose they are, which exam is looked at, and what of it is known not to be here.

import { say } from "../language.js";
import { day, examLine, examName, name, whichExam } from "../words.js";

export class Heading {
  constructor(part, opened) {
    this.part = part;
    this.opened = opened;
  }

  show() {
    const { opened, part } = this;
    part("who").textContent = name(opened.person.patient_name);
    if (opened.exams.length) part("exam").textContent = examLine(opened, opened.exams[0]);
    part("message").hidden = !opened.message;
    part("message-words").textContent = opened.message || "";
    part("report").hidden = !this.reports().length;
    this.howMuch();
  }

  /** Name the exam that is looked at, and let it be downloaded where that is allowed. */
  nameExam(exam) {
    const { opened, part } = this;
    part("exam").textContent = examLine(opened, exam);
    part("download").hidden = !(opened.allow_download && opened.include_images);
    part("download").href = `/api/v1/exams/${encodeURIComponent(exam.id)}/images.zip${opened.asks || ""}`;
    this.nameDownload(exam);
  }

  /** Of several exams it is the one that is looked at that is downloaded. */
  nameDownload(exam) {
    const link = this.part("download");
    const which = [say("Download"), whichExam(this.opened.exams, exam)].filter(Boolean).join(" ");
    link.querySelector("span").textContent = which;
    link.title = `${which}: ${[examName(exam), day(exam.exam_date)].filter(Boolean).join(", ")}`;
  }

  /** Say nothing of any exam any more. */
  forget() {
    this.part("download").title = "";
    this.part("download").removeAttribute("href");
  }

  /** What is not here is said above the images, for as long as they are looked at. */
  howMuch() {
    const { opened, part } = this;
    const away = opened.not_here || [];
    const words = [away.length ? away.join(" ") : opened.images_note, opened.held_note].filter(Boolean).join(" ");
    part("whole").hidden = !words;
    part("whole").classList.toggle("away", away.length > 0);
    part("whole-words").textContent = words;
  }

  /** How many images of the exam are known not to be here. */
  absent() {
    if (!this.opened.include_images) return 0;
    const told = this.opened.exams.flatMap((exam) => exam.studies).map((study) => study.wholeness);
    return told.reduce((sum, whole) => sum + (whole ? whole.of - whole.here : 0), 0);
  }

  reports() {
    return this.opened.include_report ? this.opened.exams.filter((exam) => exam.report.state === "released") : [];
  }
}
