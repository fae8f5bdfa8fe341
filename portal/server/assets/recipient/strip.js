// The list of series with a small picture each.

import { count, day, examName, seriesTitle } from "./words.js";
import { formOf } from "./choices.js";
import { middleObject } from "./series.js";

const AT_ONCE = 2;

export class Strip {
  constructor(portal, place, whenChosen) {
    this.portal = portal;
    this.place = place;
    this.whenChosen = whenChosen;
    this.buttons = [];
    this.addresses = [];
  }

  fill(all) {
    const list = document.createElement("ul");
    let exam = null;
    const several = new Set(all.map((series) => series.exam.id)).size > 1;
    all.forEach((series, index) => {
      if (several && series.exam !== exam) list.append(heading(series.exam));
      exam = series.exam;
      list.append(this.entry(series, index));
    });
    this.place.replaceChildren(list);
    this.draw(all);
  }

  entry(series, index) {
    const button = document.createElement("button");
    button.type = "button";
    const picture = document.createElement("img");
    picture.alt = "";
    picture.width = picture.height = 72;
    const words = document.createElement("span");
    words.className = "words";
    words.append(text("strong", seriesTitle(series.said)), text("span", this.amount(series)));
    button.append(picture, words);
    button.addEventListener("click", () => this.whenChosen(index));
    this.buttons.push(button);
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  amount(series) {
    const of = (form) => series.objects.filter((object) => formOf(object) === form);
    const [images, documents, files] = ["image", "document", "file"].map(of);
    const paged = documents.length > 0 && documents.every((object) => object.said && object.said.kind === "pages");
    const frames = series.items.filter((item) => images.includes(item.object)).length;
    const pages = series.items.filter((item) => documents.includes(item.object)).length;
    const amounts = [
      images.length && count(images.length, "image", "images"),
      frames > images.length && count(frames, "frame", "frames"),
      documents.length && (paged ? count(pages, "page", "pages") : count(documents.length, "document", "documents")),
      files.length && count(files.length, "file", "files"),
    ];
    return [series.said.kind, ...amounts].filter(Boolean).join(" · ");
  }

  /** Mark the series that is shown, and say again how much it holds. */
  mark(index, series) {
    this.buttons.forEach((button, place) => {
      if (place === index) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    this.buttons[index].querySelector(".words span").textContent = this.amount(series);
    this.bringIntoView(this.buttons[index]);
  }

  /** Scroll the list alone; the page stays where it is. */
  bringIntoView(button) {
    const [box, list] = [button.getBoundingClientRect(), this.place.getBoundingClientRect()];
    this.place.scrollLeft += Math.min(0, box.left - list.left) + Math.max(0, box.right - list.right);
    this.place.scrollTop += Math.min(0, box.top - list.top) + Math.max(0, box.bottom - list.bottom);
  }

  async draw(all) {
    const waiting = all.map((series, index) => [series, index]);
    const one = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await this.drawOne(...next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  }

  async drawOne(series, index) {
    const picture = this.buttons[index].querySelector("img");
    try {
      const address = URL.createObjectURL(await this.portal.blob(`${middleObject(series).path}/thumbnail`));
      this.addresses.push(address);
      picture.src = address;
    } catch {
      picture.classList.add("none");
    }
  }

  clear() {
    this.place.replaceChildren();
    this.addresses.forEach((address) => URL.revokeObjectURL(address));
  }
}

function heading(exam) {
  const item = document.createElement("li");
  item.append(text("h2", [examName(exam), day(exam.exam_date)].filter(Boolean).join(", ")));
  return item;
}

function text(kind, words) {
  const made = document.createElement(kind);
  made.textContent = words;
  return made;
}
