// Every place of the portal: its address, what the navigation calls it (in English), its icon, and the module that shows
// it. A module has one function, `show(main, context)`; `:name` in an address is `context.params.name`. `who` says whose
// place it is besides the patient's own (`PATIENT`): roles at the practice, or a referring doctor's.

const PATIENT = ["patient"];
const ROLES = (document.body.dataset.roles || "patient").split(" ");

/** Whether whoever is signed in has one of these roles; a patient's is "patient". */
export function may(...roles) {
  return roles.some((role) => ROLES.includes(role));
}

const LOOKING = ["patient", "doctor", "reports"];
const DESK = ["reception", "reports"];
const STAFF = ["doctor", "reception", "reports", "administrator"];

export const PLACES = [
  { path: "/my/exams", nav: "My Exams", icon: "images", load: () => import("./exams/list.js") },
  { path: "/my/exams", who: ["doctor"], nav: "My patients' exams", icon: "images", load: () => import("./exams/list.js") },
  { path: "/my/exams/:exam", who: LOOKING, load: () => import("./exams/exam.js") },
  { path: "/my/exams/:exam/images", who: LOOKING, load: () => import("./looking/looking.js") },
  { path: "/my/exams/:exam/report", who: LOOKING, load: () => import("./exams/report.js") },
  { path: "/my/exams/:exam/activity", load: () => import("./activity/activity.js") },
  { path: "/my/share/:exam", load: () => import("./sharing/share.js") },
  { path: "/my/upload", nav: "Add images", icon: "cloud-upload", load: () => import("./upload/upload.js") },
  { path: "/my/shared", nav: "Shared Exams", icon: "share-2", load: () => import("./sharing/shared.js") },
  { path: "/my/activity", nav: "Activity", icon: "history", load: () => import("./activity/activity.js") },
  { path: "/my/account", nav: "My Account", icon: "user", load: () => import("./account/account.js") },
  { path: "/my/account/security", load: () => import("./security/security.js") },
  { path: "/my/desk/patients", who: DESK, nav: "Patients", icon: "user", load: () => import("./desk/patients.js") },
  { path: "/my/desk/patients/new", who: ["reception"], load: () => import("./desk/new_patient.js") },
  { path: "/my/desk/patients/:patient", who: DESK, load: () => import("./desk/patient.js") },
  { path: "/my/desk/reports", who: ["reports"], nav: "Reports", icon: "file-text", load: () => import("./desk/reports.js") },
  { path: "/my/desk/inbox", who: DESK, nav: "Inbox", icon: "folder-open", load: () => import("./desk/inbox.js") },
  { path: "/my/desk/doctors", who: DESK, nav: "Referring doctors", icon: "share-2", load: () => import("./desk/doctors.js") },
  { path: "/my/desk/letters", who: ["reception"], nav: "Letters", icon: "mail", load: () => import("./desk/letters.js") },
  { path: "/my/desk/staff", who: ["administrator"], nav: "Staff", icon: "lock", load: () => import("./desk/members.js") },
  { path: "/my/desk/settings", who: ["administrator"], nav: "Settings", icon: "pencil", load: () => import("./desk/settings.js") },
  { path: "/my/account/security", who: STAFF, nav: "Second step", icon: "lock", load: () => import("./security/security.js") },
].filter((place) => may(...(place.who || PATIENT)));

export const HOME = PLACES.find((place) => place.nav).path;

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
