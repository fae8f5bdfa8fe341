// Elements, made without a word of HTML: whatever is put in is text.

/**
 * Make an element: `make("button", { type: "button", class: "secondary", onclick: deed }, "Words", child)`.
 * A fact that is false, null or undefined is left out, true is an attribute without a value; so are children.
 */
export function make(kind, facts = {}, ...children) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(facts)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
const DRAWINGS = new URL("icons.svg", import.meta.url).pathname;

/** A drawing of icons.svg; it says nothing by itself, so words stand beside it. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${DRAWINGS}#${name}`);
  drawing.append(use);
  return drawing;
}
