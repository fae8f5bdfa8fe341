// How much of the exam is here already.

import { formOf } from "../exam/forms.js";
import { count } from "../words.js";

/** Say how many images are ready, of all there are known to be; `absent` of them are not at the portal. */
export function showProgress(place, all, { arrived, trouble }, absent) {
  const items = all.flatMap((series) => series.items).filter((item) => formOf(item.object) !== "document");
  const images = [...new Set(items.map((item) => item.object))];
  const waiting = new Set(items.filter((item) => !arrived.has(item.key)).map((item) => item.object));
  const lost = new Set(items.filter((item) => trouble.has(item.key)).map((item) => item.object)).size;
  const rest = lost ? `, ${lost} cannot be shown` : "";
  const total = count(images.length + absent, "image", "images");
  const ready = images.length - waiting.size;
  const done = !waiting.size || items.every((item) => arrived.has(item.key) || trouble.has(item.key));
  const here = absent ? `${images.length} of ${total} are here` : total; // what is not here is no matter of waiting
  place.textContent = `${done ? here : `${total}, ${ready} ready so far`}${rest}`;
  Object.assign(place.dataset, { done: done ? "yes" : "no", ready, of: images.length + absent });
}
