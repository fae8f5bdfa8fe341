// The markup of the viewer, which is English, in the language of the page.

import { language, say } from "../words.js";

const NAMED = ["aria-label", "title"];

/** Say each text and name of a piece of a page in its language; what is no words stays. */
export function translated(piece) {
  if (language === "en") return piece;
  const texts = document.createTreeWalker(piece, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { nodeValue } = texts.currentNode;
    const words = nodeValue.replace(/\s+/g, " ").trim();
    if (words) texts.currentNode.nodeValue = nodeValue.replace(nodeValue.trim(), () => say(words));
  }
  for (const name of NAMED) {
    for (const each of piece.querySelectorAll(`[${name}]`)) each.setAttribute(name, say(each.getAttribute(name)));
  }
  return piece;
}
