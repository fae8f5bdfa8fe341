// Frames on their way from the portal: nearest first, a few at a time, as many kept as memory allows.

import { isAllPadding } from "./grey.js";

const AT_ONCE = 4;
const AGAIN_MS = 2000;

export class Frames {
  constructor(portal, budget, whenArrived) {
    this.portal = portal;
    this.budget = budget;
    this.whenArrived = whenArrived; // called with the item
    this.kept = new Map(); // key → frame, the longest unused first
    this.bytes = 0;
    this.waiting = [];
    this.running = new Map(); // key → AbortController
    this.arrived = new Set();
    this.trouble = new Map(); // key → reason
    this.pause = null;
  }

  /** The frame of an item if it is here; it counts as used now. */
  get(item) {
    const frame = this.kept.get(item.key);
    if (frame) {
      this.kept.delete(item.key);
      this.kept.set(item.key, frame);
    }
    return frame;
  }

  /** Say what is wanted, nearest first; what is not wanted any more is let go. */
  want(items) {
    const all = new Set(items.map((item) => item.key));
    const near = new Set(items.slice(0, 8).map((item) => item.key));
    const urgent = items.length > 0 && !this.kept.has(items[0].key);
    for (const [key, stop] of this.running) if (!all.has(key) || (urgent && !near.has(key))) stop.abort();
    this.waiting = items.filter((item) => !this.kept.has(item.key) && !this.trouble.has(item.key));
    this.more();
  }

  /** Forget all there is, at the end. */
  clear() {
    this.waiting = [];
    clearTimeout(this.pause);
    for (const stop of this.running.values()) stop.abort();
    for (const frame of this.kept.values()) letGo(frame);
    this.kept.clear();
    this.arrived.clear();
    this.bytes = 0;
  }

  more() {
    while (this.running.size < AT_ONCE && this.waiting.length && this.pause === null) {
      const item = this.waiting.shift();
      if (this.kept.has(item.key) || this.running.has(item.key)) continue;
      this.load(item);
    }
  }

  async load(item) {
    const stop = new AbortController();
    this.running.set(item.key, stop);
    try {
      this.keep(item, await readFrame(this.portal, item, stop.signal));
      this.arrived.add(item.key);
      this.whenArrived(item);
    } catch (error) {
      if (!stop.signal.aborted) this.missed(item, error);
    } finally {
      this.running.delete(item.key);
      this.more();
    }
  }

  missed(item, error) {
    const passing = error.status === 0 || error.status === 503 || error.status === 429;
    if (!passing) {
      this.trouble.set(item.key, (error.facts && error.facts.reason) || "decode-failed");
    } else {
      this.waiting.unshift(item);
      this.pause ??= setTimeout(() => {
        this.pause = null;
        this.more();
      }, AGAIN_MS);
    }
    this.whenArrived(item, passing ? "unreachable" : null);
  }

  keep(item, frame) {
    this.kept.set(item.key, frame);
    this.bytes += frame.bytes;
    for (const [key, other] of this.kept) {
      if (this.bytes <= this.budget || key === item.key) break;
      this.kept.delete(key);
      this.bytes -= other.bytes;
      letGo(other);
    }
  }

  /** How many frames like the ones that are here fit into memory. */
  room() {
    if (!this.kept.size) return 16;
    return Math.max(3, Math.floor(this.budget / (this.bytes / this.kept.size)) - 1);
  }
}

async function readFrame(portal, item, signal) {
  const path = `${item.path}/frames/${item.number}`;
  const response = await portal.get(path, signal);
  const facts = JSON.parse(response.headers.get("Frame-Facts"));
  const frame = { facts, path, cover: null, levels: new Map(), words: null, span: null, bitmap: null, bytes: 0 };
  if (facts.kind === "grey16") {
    frame.words = new Uint16Array(await response.arrayBuffer());
    frame.bytes = frame.words.byteLength;
    frame.allPadding = isAllPadding(frame.words, facts);
  } else {
    frame.bitmap = await bitmapOf(await response.blob());
    frame.bytes = frame.bitmap.width * frame.bitmap.height * 4;
  }
  if (facts.cover) frame.cover = await bitmapOf(await portal.blob(`${path}/cover`, signal));
  const first = facts.looks[0];
  if (first && first.table !== null) await levelsOfTable(portal, frame, first.table, signal);
  return frame;
}

/** The file's own table of grey levels for a look that is no window. */
export async function levelsOfTable(portal, frame, place, signal) {
  if (!frame.levels.has(place)) {
    const response = await portal.get(`${frame.path}/tables/${place}`, signal);
    frame.levels.set(place, new Uint8Array(await response.arrayBuffer()));
  }
  return frame.levels.get(place);
}

export function bitmapOf(blob) {
  return createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
}

function letGo(frame) {
  if (frame.bitmap) frame.bitmap.close();
  if (frame.cover) frame.cover.close();
}
