// Small decisions of the viewer: where it begins, what it says of a look, how much it keeps.

const MEGABYTE = 1 << 20;

/** A reader begins with a stack of images, not with its overview. */
export function firstToShow(all) {
  const pictures = all.filter((series) => series.objects.some((object) => formOf(object) === "image"));
  return Math.max(0, all.indexOf(pictures.find((series) => series.items.length > 1) || pictures[0]));
}

/** What an object is: "image", "document" or "file"; a look into it says more than its class. */
export function formOf({ form, said }) {
  if (!said) return form;
  if (said.kind === "pages" || said.nature === "report") return "document";
  return said.kind === "none" && said.nature !== "image" ? "file" : "image";
}

export function isPaper(item) {
  return Boolean(item.object.said && item.object.said.kind === "pages");
}

export function lookWords(look, object) {
  if (!look.width) return look.name;
  const unit = object && object.unit ? ` ${object.unit}` : "";
  return `Width ${digitsFor(look.width, look.width)} · Level ${digitsFor(look.center, look.width)}${unit}`;
}

/** A number with as many digits as tell something of a window so wide. */
function digitsFor(value, width) {
  if (!(width > 0) || !Number.isFinite(value)) return "–";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(width)));
  const said = digits > 6 ? value.toExponential(2) : String(Number(value.toFixed(digits)));
  return said.replace(/^-/, "\u2212"); // a minus, not a hyphen
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
