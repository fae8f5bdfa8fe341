// What an object is: an image, a document or a file that is neither, and where a reader begins.

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
