// How much of the exam is here already.

import { say } from "../language.js";
import { formOf } from "../exam/forms.js";
import { count } from "../words.js";

/** Say how much is ready of what is here, and that `absent` more files are not at the portal: nobody knows of what kind. */
export function showProgress(place, all, { arrived, trouble }, absent) {
  const items = all.flatMap((series) => series.items).filter((item) => formOf(item.object) !== "document");
  const images = [...new Set(items.map((item) => item.object))];
  const waiting = new Set(items.filter((item) => !arrived.has(item.key)).map((item) => item.object));
  const lost = new Set(items.filter((item) => trouble.has(item.key)).map((item) => item.object)).size;
  const rest = lost ? say(", {n} cannot be shown", { n: lost }) : "";
  const total = amount(images);
  const ready = images.length - waiting.size;
  const done = !waiting.size || items.every((item) => arrived.has(item.key) || trouble.has(item.key));
  // what is not here is no matter of waiting
  const here = absent ? say("{total} here, {absent}", { total, absent: count(absent, "file is not", "files are not") }) : total;
  place.textContent = (done ? here : say("{total}, {ready} ready so far", { total, ready })) + rest;
  Object.assign(place.dataset, { done: done ? "yes" : "no", ready, of: images.length + absent });
}

/** What is without a picture is not counted as an image. */
function amount(objects) {
  const images = objects.filter((object) => formOf(object) === "image").length;
  const files = objects.length - images;
  const parts = [(images || !files) && count(images, "image", "images"), files && count(files, "file", "files")];
  return parts.filter(Boolean).join(say(" and "));
}
