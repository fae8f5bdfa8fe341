// The list of series with a small picture each.

import { say } from "../language.js";
import { count, day, examName, seriesNames } from "../words.js";
import { formOf } from "../exam/forms.js";
import { middleObject } from "../exam/series.js";

const AT_ONCE = 2;

export class Strip {
  constructor(portal, place, whenChosen) {
    this.portal = portal;
    this.place = place;
    this.whenChosen = whenChosen;
    this.entries = new Map(); // series → its item of the list
    this.addresses = [];
  }

  fill(all) {
    const list = document.createElement("ul");
    let exam = null;
    const several = new Set(all.map((series) => series.exam.id)).size > 1;
    for (const series of all) {
      if (several && series.exam !== exam) list.append(heading(series.exam));
      exam = series.exam;
      list.append(this.entry(series));
    }
    this.place.replaceChildren(list);
    this.draw(all);
  }

  /** A series became its parts, each an entry where the one was; the one that is looked at stays where it is. */
  split(series, parts, shown) {
    const before = this.button(shown).getBoundingClientRect();
    const own = this.entries.get(series);
    const place = parts.indexOf(series);
    own.before(...parts.slice(0, place).map((part) => this.entry(part)));
    own.after(...parts.slice(place + 1).map((part) => this.entry(part)));
    this.say(series);
    const after = this.button(shown).getBoundingClientRect();
    this.place.scrollLeft += after.left - before.left;
    this.place.scrollTop += after.top - before.top;
    if (parts.length > 1) this.draw(parts);
  }

  button(series) {
    return this.entries.get(series).querySelector("button");
  }

  entry(series) {
    const button = document.createElement("button");
    button.type = "button";
    const picture = document.createElement("img");
    picture.alt = "";
    picture.width = picture.height = 72;
    const words = document.createElement("span");
    words.className = "words";
    words.append(text("strong", ""), text("b", ""), text("span", ""));
    button.append(picture, words);
    button.addEventListener("click", () => this.whenChosen(series));
    const item = document.createElement("li");
    item.append(button);
    this.entries.set(series, item);
    this.say(series);
    return item;
  }

  say(series) {
    const [title, part, amount] = this.button(series).querySelector(".words").children;
    [title.textContent, part.textContent] = seriesNames(series);
    amount.textContent = this.amount(series);
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
    return [say(series.said.kind), ...amounts].filter(Boolean).join(" · ");
  }

  /** Mark the series that is shown, and say again how much it holds. */
  mark(shown) {
    for (const series of this.entries.keys()) {
      if (series === shown) this.button(series).setAttribute("aria-current", "true");
      else this.button(series).removeAttribute("aria-current");
    }
    this.say(shown);
    this.bringIntoView(this.button(shown));
  }

  /** Scroll the list alone; the page stays where it is. */
  bringIntoView(button) {
    const [box, list] = [button.getBoundingClientRect(), this.place.getBoundingClientRect()];
    this.place.scrollLeft += Math.min(0, box.left - list.left) + Math.max(0, box.right - list.right);
    this.place.scrollTop += Math.min(0, box.top - list.top) + Math.max(0, box.bottom - list.bottom);
  }

  async draw(all) {
    const waiting = [...all];
    const one = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await this.drawOne(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  }

  async drawOne(series) {
    const picture = this.button(series).querySelector("img");
    const { path } = middleObject(series);
    if (picture.dataset.of === path) return;
    picture.dataset.of = path;
    try {
      const address = URL.createObjectURL(await this.portal.blob(`${path}/thumbnail`));
      this.addresses.push(address);
      if (picture.dataset.of !== path) return; // that of the series before it became its parts
      picture.src = address;
      picture.classList.remove("none");
    } catch {
      if (picture.dataset.of === path) picture.classList.add("none");
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
