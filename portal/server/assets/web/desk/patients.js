// Patients: found by name, birth date or Patient ID; the field has the focus, Enter opens.

import { icon, make } from "../dom.js";
import { Listing } from "../listing.js";
import { learn, say } from "../words.js";
import { german } from "./german.js";
import { stateWords, whose } from "./parts.js";

learn(german);

const PAUSE_MS = 250; // of the hand that types

export async function show(main, context) {
  const found = make("ul", { class: "rows" });
  const words = make("p", { class: "quiet", role: "status" });
  const field = make("input", {
    type: "search", id: "search", name: "q", autocomplete: "off", maxlength: 200, autofocus: true, "aria-describedby": "search-hint",
    value: context.query.get("q") || "",
  });
  const listing = new Listing(context, { list: found, more: say("Show more"), page: (cursor) => address(asked, cursor), entries });
  let asked = field.value.trim();
  let pause = null;

  async function search() {
    clearTimeout(pause);
    const sought = field.value.trim();
    if (sought === asked || context.signal.aborted) return;
    asked = sought;
    history.replaceState(null, "", sought ? `?${new URLSearchParams({ q: sought })}` : location.pathname);
    const page = await context.api.json(address(sought, null), context.signal);
    if (sought !== asked) return; // somebody typed on
    found.replaceChildren(...entries(page));
    listing.cursor = page.next_cursor;
    listing.more.hidden = !page.next_cursor;
    tell(page);
  }

  /** Enter opens the one that was found; of several the first gets the focus. */
  async function submit(event) {
    event.preventDefault();
    await search();
    const links = found.querySelectorAll("a");
    if (links.length === 1) context.go(links[0].pathname);
    else links[0]?.focus();
  }

  function tell(page) {
    words.textContent = page.patients.length || !asked ? "" : say("Nobody fits. Try fewer words, or make a new patient.");
  }

  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(search, PAUSE_MS);
  });
  found.addEventListener("keydown", (event) => step(event, found, field));
  main.append(
    make("h1", {}, say("Patients")),
    make(
      "form",
      { class: "search", role: "search", onsubmit: submit },
      make("label", { for: "search" }, say("Search")),
      field,
      make("p", { class: "hint", id: "search-hint" }, say("Name in any script, birth date, Patient ID. Enter opens.")),
    ),
    make("p", {}, make("a", { class: "button secondary", href: "/my/desk/patients/new" }, icon("user"), make("span", {}, say("New patient")))),
    words,
    ...listing.parts,
  );
  tell(await listing.start());
  field.focus();
}

function address(asked, cursor) {
  return `/api/v1/staff/patients?${new URLSearchParams({ limit: 20, ...(asked && { q: asked }), ...(cursor && { cursor }) })}`;
}

function entries(page) {
  return page.patients.map((patient) =>
    make(
      "li",
      {},
      make(
        "a",
        { href: `/my/desk/patients/${patient.id}` },
        make("strong", {}, whose(patient.person)),
        make("span", { class: "quiet" }, stateWords(patient.state)),
      ),
    ),
  );
}

/** The arrow keys go through what was found, and back into the field. */
function step(event, found, field) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = [...found.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  (at < 0 ? field : links[Math.min(at, links.length - 1)]).focus();
}
