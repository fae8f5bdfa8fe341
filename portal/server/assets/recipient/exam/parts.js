// What of a series is leafed through by itself, asked of the portal series by series. Until it answers, and where it
// does not, a series is leafed through by the numbers of its images.

import { itemOf, keyOf } from "./series.js";

const AGAIN_MS = 10_000;

export class Parts {
  /** `known(series, parts)` is called with what the portal said of a series. */
  constructor(portal, signal, known) {
    this.portal = portal;
    this.signal = signal;
    this.known = known;
    this.asked = new Set();
    this.going = false;
  }

  /** Ask about this series now, and about the others one after the other. */
  async ask(series, others) {
    this.one(series);
    if (this.going) return;
    this.going = true;
    for (const other of others) await this.one(other);
    this.going = false;
  }

  async one(series) {
    if (this.asked.has(series.path) || series.items.length < 2 || this.signal.aborted) return;
    this.asked.add(series.path);
    const said = await this.said(series);
    const parts = said && partsOf(series, said);
    if (parts && !this.signal.aborted) this.known(series, parts);
  }

  /** What the portal says; null where it does not, which may be asked again if that will pass. */
  async said(series) {
    try {
      return await this.portal.json(`${series.path}/parts`, this.signal);
    } catch (error) {
      if ([0, 429, 503].includes(error.status)) setTimeout(() => this.asked.delete(series.path), AGAIN_MS);
      return null;
    }
  }
}

/** The parts as they are leafed through; null unless they are made of all objects of the series and of nothing else. */
export function partsOf(series, said) {
  const known = new Map(series.objects.map((object) => [object.uid, object]));
  const objects = said.instances.map((uid) => known.get(uid));
  const used = new Set(said.parts.flatMap((part) => part.items.map(([place]) => objects[place])));
  if (used.has(undefined) || used.size !== series.objects.length || objects.length !== used.size) return null;
  return said.parts.map((part) => ({ ...part, items: part.items.map(([place, number]) => [objects[place], number]) }));
}

/**
 * Make a series into its parts. The item that is shown stays what it is, and the series goes on as the part it is in;
 * a series of one part only gets its order.
 */
export function partInto(series, parts) {
  const [shown, known, before] = [series.items[series.at], new Map(series.items.map((item) => [item.key, item])), { ...series }];
  const laid = parts.map(({ items }) => items.map(([object, number]) => known.get(keyOf(object, number)) || itemOf(object, number)));
  const own = Math.max(0, laid.findIndex((items) => items.includes(shown)));
  const made = laid.map((items, place) =>
    Object.assign(place === own ? series : { ...before, at: 0, seen: false }, {
      part: parts.length > 1 ? parts[place] : null,
      parted: true,
      items,
      objects: [...new Set(items.map((item) => item.object))],
    }),
  );
  series.at = series.seen ? Math.max(0, series.items.indexOf(shown)) : 0;
  return made;
}
