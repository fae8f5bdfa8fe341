// From stored values to grey levels: the same steps as the portal's own pipeline, as one table for all 65,536 words.

const GRAIN = 1e-6; // keeps 254.999… at white
export const PIXELS_PER_E = 250; // dragging so far makes a window e times as wide, or moves it by its own width
const NARROW = 1 / 50; // of what the values span: a narrower window widens in even steps
const ENOUGH = 1 << 14; // values that are looked at

/** Grey level of every word, by its bits. `look` is a window {center, width, function} or {levels} of the file's own. */
export function levelsOf(facts, look, inverted) {
  if (look.levels) return inverted ? look.levels.map((level) => 255 - level) : look.levels;
  const levels = new Uint8Array(65536);
  const turned = facts.inverted !== inverted;
  for (let bits = 0; bits < 65536; bits += 1) {
    const word = facts.signed && bits > 32767 ? bits - 65536 : bits;
    const grey = greyOf(word * facts.slope + facts.intercept, look);
    levels[bits] = turned ? 255 - grey : grey;
  }
  return levels;
}

function greyOf(value, look) {
  let grey;
  if (look.function === "SIGMOID") {
    const power = Math.max(-700, Math.min(700, (-4 * (value - look.center)) / look.width));
    grey = 255 / (1 + Math.exp(power));
  } else if (look.function === "LINEAR_EXACT") {
    grey = (value - look.center) * (255 / look.width) + 127.5;
  } else if (look.width <= 1) {
    return value > look.center - 0.5 ? 255 : 0;
  } else {
    grey = (value - (look.center - 0.5)) * (255 / (look.width - 1)) + 127.5;
  }
  return Math.max(0, Math.min(255, Math.floor(grey + GRAIN)));
}

/** The colour of every word as canvas pixels (R, G, B, A in memory); padding is black. */
export function coloursOf(frame, levels) {
  const colours = new Uint32Array(65536);
  for (let bits = 0; bits < 65536; bits += 1) colours[bits] = 0xff000000 | (levels[bits] * 0x010101);
  const padding = frame.facts.padding;
  if (padding && !frame.allPadding) {
    const [least, most] = frame.facts.signed ? [-32768, 32767] : [0, 65535];
    for (let word = Math.max(padding[0], least); word <= Math.min(padding[1], most); word += 1) {
      colours[word & 0xffff] = 0xff000000;
    }
  }
  return colours;
}

/** Whether a frame is nothing but padding, which is then a picture of that value. */
export function isAllPadding(words, facts) {
  if (!facts.padding) return false;
  const [low, high] = facts.padding;
  for (let at = 0; at < words.length; at += 1) {
    const word = facts.signed && words[at] > 32767 ? words[at] - 65536 : words[at];
    if (word < low || word > high) return false;
  }
  return true;
}

/** The window over all values of a frame that are not padding. */
export function fullWindow(frame) {
  const { facts, words } = frame;
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < words.length; at += 1) {
    const word = facts.signed && words[at] > 32767 ? words[at] - 65536 : words[at];
    if (facts.padding && !frame.allPadding && word >= facts.padding[0] && word <= facts.padding[1]) continue;
    if (word < low) low = word;
    if (word > high) high = word;
  }
  const ends = [low, high].map((word) => word * facts.slope + facts.intercept).sort((one, other) => one - other);
  if (Math.abs(facts.slope) < 1 && ends[0] < ends[1]) {
    return { name: "", center: (ends[0] + ends[1]) / 2, width: ends[1] - ends[0], function: "LINEAR_EXACT" };
  }
  return { name: "", center: (ends[0] + ends[1] + 1) / 2, width: ends[1] - ends[0] + 1, function: "LINEAR" };
}

/** LINEAR counts a whole number more than lies between its ends, which means nothing to values finer than those. */
function exact(look) {
  if (look.function !== "LINEAR" || look.width <= 1) return look;
  return { ...look, center: look.center - 0.5, width: look.width - 1, function: "LINEAR_EXACT" };
}

/** A window after dragging from its place: right is softer (wider), up is brighter (a lower centre). */
export function dragged(from, right, up, finest, span = 0) {
  const look = finest < 1 ? exact(from) : from;
  const narrow = span * NARROW;
  const width = Math.max(widened(look.width, right / PIXELS_PER_E, narrow), finest);
  const center = look.center - (up * Math.max(look.width, finest, narrow)) / PIXELS_PER_E;
  const kind = look.function === "LINEAR" && finest < 1 ? "LINEAR_EXACT" : look.function;
  return { name: "", center, width, function: kind };
}

function widened(width, steps, narrow) {
  if (width < narrow) {
    const needed = (narrow - width) / narrow;
    return steps <= needed ? width + steps * narrow : narrow * Math.exp(steps - needed);
  }
  const reached = width * Math.exp(steps);
  return reached >= narrow ? reached : narrow * (1 + steps + Math.log(width / narrow));
}

/** What most values of a frame span, from the first to the last hundredth of those that are not padding. */
export function spanOf({ facts, words, allPadding }) {
  const seen = [];
  for (let at = 0, step = Math.max(1, Math.floor(words.length / ENOUGH)); at < words.length; at += step) {
    const word = facts.signed && words[at] > 32767 ? words[at] - 65536 : words[at];
    const isPadding = facts.padding && !allPadding && word >= facts.padding[0] && word <= facts.padding[1];
    if (!isPadding) seen.push(word);
  }
  seen.sort((one, other) => one - other);
  const place = (share) => seen[Math.round(share * (seen.length - 1))];
  return seen.length ? (place(0.99) - place(0.01)) * Math.abs(facts.slope) : 0;
}

/** Write a frame's pixels into image data; every `step`th pixel where a canvas could not hold them all. */
export function paintWords(image, frame, colours, step) {
  const target = new Uint32Array(image.data.buffer);
  const { words, facts } = frame;
  if (step === 1) {
    for (let at = 0; at < target.length; at += 1) target[at] = colours[words[at]];
    return;
  }
  for (let row = 0, at = 0; row < image.height; row += 1) {
    for (let column = 0; column < image.width; column += 1, at += 1) {
      target[at] = colours[words[row * step * facts.columns + column * step]];
    }
  }
}

/** Lay a window over the levels of red, green and blue of what is drawn, as Scanshelf's own viewer does. */
export function paintTones(pen, { width, height }, look, inverted) {
  const tones = new Uint8ClampedArray(256); // rounds and holds
  for (let level = 0; level < 256; level += 1) {
    tones[level] = (level - look.center) * (255 / look.width) + 127.5;
    if (inverted) tones[level] = 255 - tones[level];
  }
  const image = pen.getImageData(0, 0, width, height);
  const { data } = image;
  for (let at = 0; at < data.length; at += 4) {
    data[at] = tones[data[at]];
    data[at + 1] = tones[data[at + 1]];
    data[at + 2] = tones[data[at + 2]];
  }
  pen.putImageData(image, 0, 0);
}
