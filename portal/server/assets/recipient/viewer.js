// The exam on the screen: what is shown, and what every control does to it.

import { budget, firstToShow, formOf, isPaper, line, lookWords, markLine, sparing } from "./choices.js";
import { Frames } from "./frames.js";
import { dragged, spanOf } from "./grey.js";
import { Hands } from "./hands.js";
import { Keys } from "./keys.js";
import { choiceOf, choicesOf, fetchLook, lookOf, valueOf, wantsSuit, windowToDrag } from "./looks.js";
import { Papers } from "./papers.js";
import { byNearness, describe, findSuit, readSeries } from "./series.js";
import { Parts, partInto } from "./parts.js";
import { Still } from "./still.js";
import { Stage, stepOf } from "./stage.js";
import { Strip } from "./strip.js";
import { edgesOnScreen, flipped, mirrored, turned, UPRIGHT } from "./way.js";
import { cannot, count, examLine, isolated, marks, name, seriesNames, seriesTitle } from "./words.js";

const FILM_MS = 80;
const SETTLED_MS = 250;

export class Viewer {
  constructor(portal, part, opened) {
    this.portal = portal;
    this.part = part;
    this.opened = opened;
    this.mode = "scroll";
    this.holding = false; // the space bar, which moves
    this.all = [];
    this.index = 0;
    this.frames = new Frames(portal, budget(), (item, reason) => this.arrived(item, reason));
    this.stage = new Stage(part("screen"), part("picture"));
    this.strip = new Strip(portal, part("strip"), (series) => this.openSeries(this.all.indexOf(series)));
    this.papers = new Papers(portal, part, opened.allow_download);
    this.ended = new AbortController();
    this.still = new Still(part("strip"), this.ended.signal, () => this.setApart());
    this.parts = new Parts(portal, this.ended.signal, (series, parts) => this.setApart([series, parts]));
    this.apart = []; // [series, parts] that wait until nothing moves under a hand
    this.hands = new Hands(part("screen"), this.deeds());
    this.keys = new Keys(this, part, this.ended.signal);
  }

  async start() {
    this.header();
    this.controls();
    this.all = await readSeries(this.portal, this.opened);
    this.strip.fill(this.all);
    if (this.all.length) this.openSeries(firstToShow(this.all));
    else this.nothing();
  }

  get series() {
    return this.all[this.index];
  }

  get item() {
    return this.series && this.series.items[this.series.at];
  }

  header() {
    const { opened, part } = this;
    part("who").textContent = name(opened.person.patient_name);
    if (opened.exams.length) part("exam").textContent = examLine(opened, opened.exams[0]);
    part("message").hidden = !opened.message;
    part("message-words").textContent = opened.message || "";
    this.howMuch();
    const reports = this.reports();
    part("report").hidden = !reports.length;
    part("report").addEventListener("click", () => this.papers.open(reports), this.live());
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

  controls() {
    const on = (id, deed) => this.part(id).addEventListener("click", deed, this.live());
    on("previous", () => this.step(-1));
    on("next", () => this.step(1));
    on("larger", () => this.enlarge(1.25));
    on("smaller", () => this.enlarge(0.8));
    on("fit", () => this.stage.fit());
    on("reset", () => this.reset());
    on("mirror", () => this.mirror());
    on("flip", () => this.flip());
    on("turn-left", () => this.turn(-1));
    on("turn-right", () => this.turn(1));
    on("play", () => this.play());
    on("message-read", () => (this.part("message").hidden = true));
    on("help", () => this.part("keys").showModal());
    on("keys-close", () => this.part("keys").close());
    this.part("slider").addEventListener("input", (event) => this.go(Number(event.target.value) - 1), this.live());
    this.part("looks").addEventListener("change", (event) => this.choose(event.target.value), this.live());
    for (const button of this.part("tools").querySelectorAll("[data-mode]")) {
      button.addEventListener("click", () => this.setMode(button.dataset.mode), this.live());
    }
    this.setMode("scroll");
  }

  deeds() {
    return {
      mode: () => (this.holding ? "move" : this.mode),
      zoomed: () => !this.stage.isFit,
      step: (images) => this.step(images),
      swipe: (images) => this.swipe(images),
      window: (right, up) => this.drag(right, up),
      move: (right, down) => this.stage.move(right, down),
      enlarge: (factor, x, y) => this.stage.enlarge(factor, x, y),
      fit: () => this.stage.fit(),
    };
  }

  // -- where we are --

  openSeries(index) {
    this.pause();
    this.index = index;
    this.stage.fit();
    this.series.seen = true;
    this.strip.mark(this.series);
    this.part("corner-who").textContent = name(this.opened.person.patient_name);
    this.part("exam").textContent = examLine(this.opened, this.series.exam);
    const exam = encodeURIComponent(this.series.exam.id);
    this.part("download").hidden = !(this.opened.allow_download && this.opened.include_images);
    this.part("download").href = `/api/v1/exams/${exam}/images.zip`;
    this.go(this.series.at);
    this.describeFew();
    this.learnParts();
  }

  /** Ask how the series are leafed through, once the picture that is looked at is here. */
  learnParts() {
    if (this.frames.get(this.item) || this.frames.trouble.has(this.item.key)) this.parts.ask(this.series, [...this.all]);
  }

  /** Let series become their parts: the one that is looked at soon, others while nobody is about to choose from the list. */
  setApart(...more) {
    this.apart.push(...more);
    const waiting = this.apart;
    this.apart = [];
    for (const [series, parts] of waiting) {
      if (this.still.mayMove(series === this.series)) this.become(series, parts);
      else this.apart.push([series, parts]);
    }
  }

  become(series, parts) {
    const shown = this.series;
    const made = partInto(series, parts);
    this.all.splice(this.all.indexOf(series), 1, ...made);
    this.index = this.all.indexOf(shown);
    this.strip.split(series, made, shown);
    if (series !== shown) return;
    this.refresh();
    this.fetch();
  }

  /** Learn what the objects of a short series are: documents have pages no header counts. */
  async describeFew() {
    const series = this.series;
    if (series.objects.length > 8) return;
    for (const object of series.objects) await this.describe(series, object);
  }

  go(at) {
    if (!this.series) return;
    this.series.at = Math.max(0, Math.min(this.series.items.length - 1, at));
    this.refresh();
    this.fetch();
    clearTimeout(this.settled);
    this.settled = setTimeout(() => this.settle(), SETTLED_MS);
  }

  step(images) {
    if (this.series) this.go(this.series.at + images);
  }

  /** The next image within the exam, also beyond the end of a series. */
  swipe(images) {
    const at = this.series.at + images;
    if (at >= 0 && at < this.series.items.length) this.go(at);
    else this.turnSeries(images);
  }

  turnSeries(by) {
    const index = this.index + by;
    if (index >= 0 && index < this.all.length) this.openSeries(index);
  }

  settle() {
    if (!this.item) return;
    this.describe(this.series, this.item.object);
    this.part("said").textContent = this.placeWords();
  }

  async describe(series, object) {
    try {
      if (await describe(this.portal, series, object, this.ended.signal)) this.strip.mark(this.series);
    } catch {
      return; // the frame itself says what is wrong
    }
    if (series === this.series) {
      this.refresh();
      this.fetch();
    }
  }

  fetch() {
    const others = sparing() ? [] : this.all.filter((series) => series !== this.series);
    this.frames.want(byNearness(this.series, others).slice(0, this.frames.room()));
  }

  arrived(item, reason) {
    this.passing = reason;
    if (item === this.item) {
      this.refresh();
      this.learnParts();
    } else this.progress();
    if (this.frames.arrived.size % 16 === 0) this.fetch();
  }

  // -- what is shown --

  refresh() {
    const { item } = this;
    const frame = this.frames.get(item);
    const trouble = this.frames.trouble.get(item.key);
    const missing = !frame && !trouble;
    this.part("loading").hidden = !missing;
    this.part("loading").textContent = this.passing ? cannot(this.passing).join(". ") : "Loading this image";
    this.part("screen").classList.toggle("waits", missing);
    this.words(frame);
    this.cannot(trouble);
    if (frame) this.paint(frame);
    else if (trouble) this.stage.clear();
    this.progress();
  }

  async paint(frame) {
    const { item, series } = this;
    if (wantsSuit(frame, series)) {
      this.part("loading").hidden = false;
      await findSuit(this.portal, series, this.ended.signal);
      if (item !== this.item) return;
      this.part("loading").hidden = true;
    }
    const choice = choiceOf(frame, series);
    let look = lookOf(frame, choice);
    if (!look) {
      await fetchLook(this.portal, frame, choice);
      if (item !== this.item) return;
      look = lookOf(frame, choice);
    }
    this.stage.show(frame, look, series.inverted, series.way);
    this.edges(edgesOnScreen(series.way, frame.facts.edges));
    this.part("corner-look").textContent = lookWords(look, item.object.said);
    this.part("picture").dataset.key = item.key;
    this.showChoices(frame, item.object.said);
  }

  words(frame) {
    const { series, item } = this;
    const place = this.placeWords();
    this.part("place").textContent = place;
    const slider = this.part("slider");
    slider.max = series.items.length;
    slider.value = series.at + 1;
    slider.setAttribute("aria-valuetext", place);
    slider.disabled = series.items.length < 2;
    this.part("previous").disabled = series.at === 0;
    this.part("next").disabled = series.at === series.items.length - 1;
    this.part("play").hidden = series.items.length < 2 || this.isPaper();
    const lines = marks(frame && frame.facts.marks, item.object.said, frame ? stepOf(frame.facts) : 1);
    const trouble = this.frames.trouble.get(item.key);
    this.part("screen").setAttribute(
      "aria-label",
      [place, seriesTitle(series), trouble && this.whyNot(trouble)[0], ...lines.map(([line]) => line)].filter(Boolean).join(", "),
    );
    this.part("corner-image").replaceChildren(...lines.map(markLine), line(place));
    const told = (frame && frame.facts.lines) || [];
    const corner = new Set([...seriesNames(series), ...told.map(isolated)].filter(Boolean)); // a b-value is both
    this.part("corner-series").replaceChildren(...[...corner].map(line));
    this.edges(["", "", "", ""]); // until the picture they belong to is shown
    this.part("corner-look").textContent = "";
  }

  edges(letters) {
    ["left", "top", "right", "bottom"].forEach((side, at) => (this.part(`edge-${side}`).textContent = letters[at]));
  }

  isPaper() {
    return isPaper(this.item);
  }

  placeWords() {
    const { series, item } = this;
    if (this.isPaper()) return `Page ${series.at + 1} of ${series.items.length}`;
    const { object } = item;
    const own = series.items.filter((each) => each.object === object); // of a part, not all of the object's
    const what = { image: "Image", document: "Document", file: "File" }[formOf(object)];
    const image = `${what} ${series.objects.indexOf(object) + 1} of ${series.objects.length}`;
    if (own.length < 2) return image;
    const frame = `${own.indexOf(item) + 1} of ${own.length}`;
    return series.objects.length > 1 ? `${image}, frame ${frame}` : `Frame ${frame}`;
  }

  cannot(trouble) {
    this.part("cannot").hidden = !trouble;
    if (!trouble) return;
    this.part("looks").parentElement.hidden = true;
    const [title, words] = this.whyNot(trouble);
    this.part("cannot-title").textContent = title;
    this.part("cannot-words").textContent = words;
  }

  /** What the object is says more than what its pixels are not. */
  whyNot(trouble) {
    const { said } = this.item.object;
    return cannot(said && said.kind === "none" && said.nature !== "image" ? said.nature : trouble);
  }

  progress() {
    const { arrived, trouble } = this.frames;
    const items = this.all.flatMap((series) => series.items).filter((item) => formOf(item.object) !== "document");
    const images = [...new Set(items.map((item) => item.object))];
    const waiting = new Set(items.filter((item) => !arrived.has(item.key)).map((item) => item.object));
    const lost = new Set(items.filter((item) => trouble.has(item.key)).map((item) => item.object)).size;
    const rest = lost ? `, ${lost} cannot be shown` : "";
    const total = count(images.length + this.absent(), "image", "images");
    const ready = images.length - waiting.size;
    const done = !waiting.size || items.every((item) => arrived.has(item.key) || trouble.has(item.key));
    const going = `${total}, ${ready} ready so far`;
    this.part("progress").textContent = `${done ? this.amountWords(images.length, total) : going}${rest}`;
    Object.assign(this.part("progress").dataset, { done: done ? "yes" : "no", ready, of: images.length + this.absent() });
  }

  /** All that is here is ready: what is not here is no matter of waiting. */
  amountWords(here, total) {
    return this.absent() ? `${here} of ${total} are here` : total;
  }

  nothing() {
    const report = this.reports().length > 0;
    this.part("cannot").hidden = false;
    this.part("cannot-title").textContent = report ? "The report has been shared with you" : "There are no images here yet";
    this.part("cannot-words").textContent = report
      ? "Choose Report to read it."
      : "Please ask the person who shared this exam.";
    for (const id of ["tools", "slider", "previous", "next"]) this.part(id).hidden = true;
    if (report) this.papers.open(this.reports());
  }

  // -- grey levels --

  showChoices(frame, object) {
    this.choices = choicesOf(frame, object);
    const value = valueOf(this.choices, this.series.look);
    const place = this.part("looks");
    place.parentElement.hidden = !this.choices.length;
    const name = JSON.stringify([value, this.choices]);
    if (place.dataset.name === name) return;
    place.dataset.name = name;
    const shown = value === "own" ? [...this.choices, ["own", "My own"]] : this.choices;
    place.replaceChildren(...shown.map(([each, words]) => new Option(words, each, false, each === value)));
  }

  choose(value) {
    const found = this.choices.find(([each]) => each === value);
    if (found) this.look(found[2]);
  }

  /** The number keys: ready-made windows, or the file's own where there are none. */
  chooseNumber(number) {
    const ready = this.choices.filter(([value]) => value.startsWith("preset"));
    const own = this.choices.filter(([value]) => value.startsWith("file"));
    const found = (ready.length ? ready : own)[number - 1];
    if (found) this.look(found[2]);
  }

  look(choice) {
    this.series.look = choice;
    this.refresh();
  }

  drag(right, up) {
    const frame = this.item && this.frames.get(this.item);
    if (!frame || this.isPaper()) return;
    const finest = frame.words ? Math.min(1, Math.abs(frame.facts.slope)) : 1;
    frame.span ??= frame.words ? spanOf(frame) : 255;
    this.look({ window: dragged(windowToDrag(frame, choiceOf(frame, this.series)), right, up, finest, frame.span) });
  }

  invert() {
    this.series.inverted = !this.series.inverted;
    this.refresh();
  }

  mirror() {
    this.lay(mirrored(this.series.way));
  }

  flip() {
    this.lay(flipped(this.series.way));
  }

  turn(quarters) {
    this.lay(turned(this.series.way, quarters));
  }

  /** Let the series' images lie this way. */
  lay(way) {
    this.series.way = way;
    this.refresh();
  }

  reset() {
    this.series.inverted = false;
    this.series.way = UPRIGHT;
    this.stage.fit();
    this.look(null);
  }

  setMode(mode) {
    this.mode = mode;
    for (const button of this.part("tools").querySelectorAll("[data-mode]")) {
      button.setAttribute("aria-checked", String(button.dataset.mode === mode));
      button.tabIndex = button.dataset.mode === mode ? 0 : -1;
    }
    this.part("screen").dataset.mode = mode;
  }

  enlarge(factor) {
    this.stage.enlarge(factor, this.part("screen").clientWidth / 2, this.part("screen").clientHeight / 2);
  }

  // -- film --

  play() {
    if (this.film) return this.pause();
    const { said } = this.item.object;
    this.film = setInterval(() => this.roll(), (said && said.frame_ms) || FILM_MS);
    this.playWords("Pause", "pause");
    return undefined;
  }

  /** The next image of the film, if it is here already. */
  roll() {
    const { series } = this;
    const at = (series.at + 1) % series.items.length;
    if (this.frames.get(series.items[at]) || this.frames.trouble.has(series.items[at].key)) this.go(at);
    else this.fetch();
  }

  pause() {
    clearInterval(this.film);
    this.film = null;
    this.playWords("Play", "play");
  }

  playWords(word, icon) {
    this.part("play").querySelector("span").textContent = word;
    this.part("play").querySelector("use").setAttribute("href", `/assets/recipient/icons.svg#${icon}`);
  }

  // -- the end --

  live() {
    return { signal: this.ended.signal };
  }

  /** Take everything off the screen and out of memory. */
  clear() {
    this.pause();
    clearTimeout(this.settled);
    this.apart = [];
    this.ended.abort();
    this.frames.clear();
    this.stage.clear();
    this.strip.clear();
    this.papers.clear();
    if (this.part("keys").open) this.part("keys").close();
    for (const id of ["who", "exam", "whole-words", "message-words", "until", "openings", "place", "progress", "corner-who", "corner-series", "corner-image", "corner-look"]) {
      this.part(id).textContent = "";
    }
    this.part("screen").setAttribute("aria-label", "");
    this.opened = null;
  }
}
