// The picture on its canvas: which part of it is seen how large, and its grey levels.

import { coloursOf, levelsOf, paintTones, paintWords } from "./grey.js";
import { inPicture, onScreen, sides, UPRIGHT } from "./way.js";

const MOST_SOURCE = 16_000_000; // pixels a canvas holds on every phone
const LARGEST = 32;

/** Which pixels of a row and of a column are drawn: each, each second, … */
export function stepOf({ columns, rows }) {
  return Math.max(1, Math.ceil(Math.sqrt((columns * rows) / MOST_SOURCE)));
}

export class Viewport {
  constructor(screen, canvas) {
    this.screen = screen;
    this.canvas = canvas;
    this.source = document.createElement("canvas");
    this.frame = null;
    this.zoom = null; // null fits
    this.middle = [0.5, 0.5]; // which point of the picture lies in the middle
    this.way = UPRIGHT;
    this.painted = null;
    this.asked = false;
    new ResizeObserver(() => this.ask()).observe(screen);
  }

  /** Show a frame with a look, lying this way; the place and size stay as they are. */
  show(frame, look, inverted, way) {
    this.frame = frame;
    this.look = look;
    this.inverted = inverted;
    this.way = way;
    this.ask();
  }

  clear() {
    this.frame = null;
    this.painted = null;
    this.source.width = this.source.height = 1;
    this.ask();
  }

  fit() {
    this.zoom = null;
    this.middle = [0.5, 0.5];
    this.ask();
  }

  /** Show each pixel as one of the screen. */
  actual() {
    this.zoom = 1 / this.ratio();
    this.ask();
  }

  get isFit() {
    return this.zoom === null;
  }

  /** Screen pixels for each column of the picture. */
  get scale() {
    return this.zoom ?? this.fitting();
  }

  /** Make the picture larger by a factor, with the point at x, y of the screen staying where it is. */
  enlarge(factor, x, y) {
    if (!this.frame) return;
    const [width, height] = this.size();
    const before = this.scale;
    const after = Math.min(LARGEST, Math.max(this.fitting() / 4, before * factor));
    const from = inPicture(this.way, [x - this.screen.clientWidth / 2, y - this.screen.clientHeight / 2]);
    this.middle[0] += (from[0] / before - from[0] / after) / width;
    this.middle[1] += (from[1] / before - from[1] / after) / height;
    this.zoom = after;
    this.bound();
    this.ask();
  }

  /** Move the picture by screen pixels. */
  move(right, down) {
    if (!this.frame) return;
    const [width, height] = this.size();
    const [across, along] = inPicture(this.way, [right, down]);
    this.zoom = this.scale;
    this.middle[0] -= across / this.zoom / width;
    this.middle[1] -= along / this.zoom / height;
    this.bound();
    this.ask();
  }

  /** Draw before the screen shows the next time. */
  ask() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.draw();
    });
  }

  draw() {
    const ratio = this.ratio();
    const [width, height] = [this.screen.clientWidth, this.screen.clientHeight].map((side) => Math.round(side * ratio));
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    const pen = this.canvas.getContext("2d", { alpha: false });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, width, height);
    if (!this.frame) return;
    this.paint();
    const [columns, rows] = this.size().map((side) => side * this.scale * ratio);
    const exact = Math.abs(columns - this.frame.facts.columns) < 0.01 && Math.abs(rows - this.frame.facts.rows) < 0.01;
    pen.imageSmoothingEnabled = !exact;
    pen.imageSmoothingQuality = "high";
    const [wide, high] = sides(this.way, [width, height]);
    const left = Math.round(wide / 2 - this.middle[0] * columns);
    const top = Math.round(high / 2 - this.middle[1] * rows);
    this.lay(pen, [width, height], [wide, high]);
    pen.drawImage(this.source, left, top, exact ? this.frame.facts.columns : columns, exact ? this.frame.facts.rows : rows);
    const { path, facts } = this.frame;
    const { center, width: window } = this.look;
    this.canvas.dataset.shown = JSON.stringify({ path, left, top, columns, rows, exact, center, width: window, of: facts.columns, ...this.way });
  }

  /** Let the pen draw an upright picture so that it lies as it should, about the middle of both. */
  lay(pen, [width, height], [wide, high]) {
    const [[a, b], [c, d]] = [onScreen(this.way, [1, 0]), onScreen(this.way, [0, 1])];
    pen.setTransform(a, b, c, d, (width - a * wide - c * high) / 2, (height - b * wide - d * high) / 2);
  }

  /** Bring the frame with its look onto the canvas of its own size, unless it is there. */
  paint() {
    const { frame, look, inverted } = this;
    if (this.painted && this.painted.frame === frame && this.painted.look === look && this.painted.inverted === inverted) {
      return;
    }
    const { columns, rows } = frame.facts;
    const step = stepOf(frame.facts);
    const pen = this.source.getContext("2d");
    this.source.width = Math.ceil(columns / step);
    this.source.height = Math.ceil(rows / step);
    if (frame.words) {
      const image = pen.createImageData(this.source.width, this.source.height);
      paintWords(image, frame, coloursOf(frame, this.levels(frame, look, inverted)), step);
      pen.putImageData(image, 0, 0);
    } else {
      if (inverted && !look.width) pen.filter = "invert(1)";
      pen.drawImage(frame.bitmap, 0, 0, this.source.width, this.source.height);
      pen.filter = "none";
      if (look.width) paintTones(pen, this.source, look, inverted);
    }
    if (frame.cover) pen.drawImage(frame.cover, 0, 0, this.source.width, this.source.height);
    this.painted = { frame, look, inverted };
  }

  /** Frames of a stack mostly share what a table depends on, so the last one is kept. */
  levels(frame, look, inverted) {
    const { signed, slope, intercept, inverted: turned } = frame.facts;
    const name = JSON.stringify([signed, slope, intercept, turned, inverted, look.center, look.width, look.function]);
    if (!look.levels && this.table && this.table.name === name) return this.table.levels;
    const levels = levelsOf(frame.facts, look, inverted);
    this.table = look.levels ? null : { name, levels };
    return levels;
  }

  /** Columns and rows in widths of a column: pixels need not be square. */
  size() {
    const { columns, rows, aspect } = this.frame.facts;
    return [columns, rows * aspect];
  }

  fitting() {
    if (!this.frame) return 1;
    const [width, height] = this.size();
    const [wide, high] = sides(this.way, [this.screen.clientWidth, this.screen.clientHeight]);
    return Math.min(wide / width, high / height) || 1;
  }

  bound() {
    this.middle = this.middle.map((place) => Math.min(1, Math.max(0, place)));
  }

  ratio() {
    return Math.min(window.devicePixelRatio || 1, 3);
  }
}
