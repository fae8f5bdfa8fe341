// The exam on the screen: what is shown, and what every control does to it.

import { bindButtons } from "../controls/buttons.js";
import { Film } from "../controls/film.js";
import { Gestures } from "../controls/gestures.js";
import { Keys } from "../controls/keys.js";
import { LookList } from "../controls/look_list.js";
import { Still } from "../controls/still.js";
import { Strip } from "../controls/strip.js";
import { firstToShow, isPaper } from "../exam/forms.js";
import { Papers } from "../exam/papers.js";
import { Parts, partInto } from "../exam/parts.js";
import { byNearness, describe, findSuit, readSeries } from "../exam/series.js";
import { say } from "../language.js";
import { budget, sparing } from "../picture/device.js";
import { Frames } from "../picture/frames.js";
import { choiceOf, draggedLook, fetchLook, lookOf, wantsSuit } from "../picture/looks.js";
import { Viewport } from "../picture/viewport.js";
import { edgesOnScreen, flipped, mirrored, turned, UPRIGHT } from "../picture/way.js";
import { cannot, name } from "../words.js";
import { Captions, placeWords } from "./captions.js";
import { Heading } from "./heading.js";
import { showProgress } from "./progress.js";

const SETTLED_MS = 250;
// What says something of the patient or the exam, and is emptied at the end.
const TOLD = [
  "who", "exam", "whole-words", "message-words", "until", "openings", "place", "progress",
  "corner-who", "corner-series", "corner-image", "corner-look",
];

export class Viewer {
  constructor(portal, part, opened) {
    this.portal = portal;
    this.part = part;
    this.opened = opened;
    this.mode = "scroll";
    this.holding = false; // the space bar, which moves
    this.all = [];
    this.index = 0;
    this.ended = new AbortController();
    const { signal } = this.ended;
    this.heading = new Heading(part, opened);
    this.captions = new Captions(part);
    this.frames = new Frames(portal, budget(), (item, reason) => this.arrived(item, reason));
    this.viewport = new Viewport(part("screen"), part("picture"));
    this.strip = new Strip(portal, part("strip"), (series) => this.openSeries(this.all.indexOf(series)));
    this.papers = new Papers(portal, part, opened.allow_download);
    this.still = new Still(part("strip"), signal, () => this.setApart());
    this.parts = new Parts(portal, signal, (series, parts) => this.setApart([series, parts]));
    this.apart = []; // [series, parts] that wait until nothing moves under a hand
    this.looks = new LookList(part("looks"), signal, (choice) => this.look(choice));
    this.film = new Film(part("play"), () => this.roll());
    this.gestures = new Gestures(part("screen"), this.actions());
    this.keys = new Keys(this, part, signal);
  }

  async start() {
    this.heading.show();
    bindButtons(this, this.part, this.ended.signal);
    this.setMode("scroll");
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

  actions() {
    return {
      mode: () => (this.holding ? "move" : this.mode),
      zoomed: () => !this.viewport.isFit,
      step: (images) => this.step(images),
      swipe: (images) => this.swipe(images),
      window: (right, up) => this.drag(right, up),
      move: (right, down) => this.viewport.move(right, down),
      enlarge: (factor, x, y) => this.viewport.enlarge(factor, x, y),
      fit: () => this.viewport.fit(),
    };
  }

  // -- where we are --

  openSeries(index) {
    this.film.pause();
    this.index = index;
    this.viewport.fit();
    this.series.seen = true;
    this.strip.mark(this.series);
    this.part("corner-who").textContent = name(this.opened.person.patient_name);
    this.heading.nameExam(this.series.exam);
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
    this.part("said").textContent = placeWords(this.series);
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
    this.part("loading").textContent = this.passing ? cannot(this.passing).join(". ") : say("Loading this image");
    this.part("screen").classList.toggle("waits", missing);
    this.captions.say(this.series, frame, trouble);
    if (trouble) this.looks.hide();
    if (frame) this.paint(frame);
    else if (trouble) this.viewport.clear();
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
    this.viewport.show(frame, look, series.inverted, series.way);
    this.captions.ofPicture(item, edgesOnScreen(series.way, frame.facts.edges), look);
    this.part("picture").dataset.key = item.key;
    this.looks.show(frame, item.object.said, series.look);
  }

  progress() {
    showProgress(this.part("progress"), this.all, this.frames, this.heading.absent());
  }

  openReports() {
    this.papers.open(this.heading.reports());
  }

  nothing() {
    const report = this.heading.reports().length > 0;
    this.part("cannot").hidden = false;
    this.part("cannot-title").textContent = report ? say("The report has been shared with you") : say("There are no images here yet");
    this.part("cannot-words").textContent = report
      ? say("Choose Report to read it.")
      : say("Please ask the person who shared this exam.");
    for (const id of ["tools", "slider", "previous", "next"]) this.part(id).hidden = true;
    if (report) this.openReports();
  }

  // -- grey levels --

  look(choice) {
    this.series.look = choice;
    this.refresh();
  }

  drag(right, up) {
    const frame = this.item && this.frames.get(this.item);
    if (frame && !isPaper(this.item)) this.look(draggedLook(frame, this.series, right, up));
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
    this.viewport.fit();
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
    this.viewport.enlarge(factor, this.part("screen").clientWidth / 2, this.part("screen").clientHeight / 2);
  }

  // -- film --

  play() {
    const { said } = this.item.object;
    this.film.play(said && said.frame_ms);
  }

  /** The next image of the film, if it is here already. */
  roll() {
    const { series } = this;
    const at = (series.at + 1) % series.items.length;
    if (this.frames.get(series.items[at]) || this.frames.trouble.has(series.items[at].key)) this.go(at);
    else this.fetch();
  }

  // -- the end --

  /** Take everything off the screen and out of memory. */
  clear() {
    this.film.pause();
    clearTimeout(this.settled);
    this.apart = [];
    this.ended.abort();
    this.frames.clear();
    this.viewport.clear();
    this.strip.clear();
    this.papers.clear();
    if (this.part("keys").open) this.part("keys").close();
    for (const id of TOLD) this.part(id).textContent = "";
    this.part("screen").setAttribute("aria-label", "");
    this.heading.forget();
    this.opened = null;
  }
}
