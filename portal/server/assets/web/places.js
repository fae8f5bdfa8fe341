// Every place of the portal: its address, what the navigation calls it (in English), its icon, and the module that shows
// it. A module has one function, `show(main, context)`; `:name` in an address is `context.params.name`.

export const PLACES = [
  { path: "/my/exams", nav: "My Exams", icon: "images", load: () => import("./exams/list.js") },
  { path: "/my/exams/:exam", load: () => import("./exams/exam.js") },
  { path: "/my/exams/:exam/images", load: () => import("./exams/looking.js") },
  { path: "/my/exams/:exam/report", load: () => import("./exams/report.js") },
  { path: "/my/exams/:exam/activity", load: () => import("./activity/activity.js") },
  { path: "/my/share/:exam", load: () => import("./sharing/share.js") },
  { path: "/my/shared", nav: "Shared Exams", icon: "share-2", load: () => import("./sharing/shared.js") },
  { path: "/my/activity", nav: "Activity", icon: "history", load: () => import("./activity/activity.js") },
];

export const HOME = "/my/exams";

/** Find the place of an address; null where there is none. */
export function placeAt(path) {
  for (const place of PLACES) {
    const params = fitted(place.path.split("/"), path.replace(/\/$/, "").split("/"));
    if (params) return { ...place, params };
  }
  return null;
}

function fitted(pattern, parts) {
  if (pattern.length !== parts.length) return null;
  const params = {};
  for (const [at, part] of pattern.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(parts[at]);
    else if (part !== parts[at]) return null;
  }
  return params;
}

/** Which entry of the navigation a place belongs to: the longest whose address it begins with. */
export function navOf(path) {
  const above = PLACES.filter((place) => place.nav && `${path}/`.startsWith(`${place.path}/`));
  return above.sort((one, other) => other.path.length - one.path.length)[0] || null;
}
