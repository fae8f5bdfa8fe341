// Reports as pages.

import { say } from "../language.js";
import { day, examName } from "../words.js";

export class Papers {
  constructor(portal, part, mayDownload) {
    this.portal = portal;
    this.part = part;
    this.mayDownload = mayDownload;
    this.addresses = [];
    part("paper-close").addEventListener("click", () => part("paper").close());
    part("paper-save").addEventListener("click", () => this.save());
  }

  /** Show the reports of some exams, one under the other. */
  async open(exams) {
    this.exams = exams;
    const pages = this.part("paper-pages");
    this.part("paper-save").hidden = !this.mayDownload;
    if (!this.part("paper").open) this.part("paper").showModal();
    if (pages.childElementCount) return;
    for (const exam of exams) await this.pagesOf(exam, pages);
  }

  async pagesOf(exam, pages) {
    const heading = document.createElement("h3");
    const written = exam.report.title || say("Report");
    heading.textContent = [written, examName(exam), day(exam.exam_date)].filter(Boolean).join(" · ");
    pages.append(heading);
    const place = `/api/v1/view/exams/${encodeURIComponent(exam.id)}/report`;
    try {
      const { pages: total } = await this.portal.json(place);
      for (let number = 1; number <= total; number += 1) pages.append(await this.page(place, number, total));
    } catch {
      const words = document.createElement("p");
      words.className = "notice look";
      words.textContent = say("The report cannot be shown just now. Please close it and try again in a minute.");
      pages.append(words);
    }
  }

  async page(place, number, total) {
    const picture = document.createElement("img");
    const address = URL.createObjectURL(await this.portal.blob(`${place}/pages/${number}`));
    this.addresses.push(address);
    picture.src = address;
    picture.alt = say("Page {number} of {total} of the report, as a picture", { number, total });
    return picture;
  }

  async save() {
    for (const exam of this.exams) {
      const file = await this.portal.blob(`/api/v1/exams/${encodeURIComponent(exam.id)}/report`);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = "report.pdf";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    }
  }

  clear() {
    if (this.part("paper").open) this.part("paper").close();
    this.part("paper-pages").replaceChildren();
    this.addresses.forEach((address) => URL.revokeObjectURL(address));
  }
}
