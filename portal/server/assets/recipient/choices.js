// Small decisions of the viewer: where it begins, what it says of a look, how much it keeps.

const MEGABYTE = 1 << 20;

/** A reader begins with a stack of images, not with its overview. */
export function firstToShow(all) {
  const pictures = all.filter((series) => !["PR", "KO", "SR", "DOC"].includes(series.said.modality));
  return Math.max(0, all.indexOf(pictures.find((series) => series.items.length > 1) || pictures[0]));
}

export function isPaper(item) {
  return Boolean(item.object.said && item.object.said.kind === "pages");
}

export function lookWords(look, object) {
  if (!look.width) return look.name;
  const unit = object && object.unit ? ` ${object.unit}` : "";
  const digits = look.width < 10 ? 2 : 0;
  return `Width ${look.width.toFixed(digits)} · Level ${look.center.toFixed(digits)}${unit}`;
}

export function line(words) {
  const made = document.createElement("span");
  made.textContent = words;
  return made;
}

export function markLine([words, lost]) {
  const made = line(words);
  made.className = lost ? "lost" : "mark";
  return made;
}

export function isSmall() {
  return window.matchMedia("(pointer: coarse)").matches;
}

export function sparing() {
  return isSmall() || Boolean(navigator.connection && navigator.connection.saveData);
}

export function budget() {
  const little = isSmall() || (navigator.deviceMemory || 8) <= 4;
  return (little ? 128 : 384) * MEGABYTE;
}
