// Goes from place to place without loading the page anew: what was there is ended, what comes says where one is.

import { make } from "./dom.js";
import { HOME, may, navOf, placeAt } from "./places.js";
import { Problem } from "./api.js";
import { notice } from "./trouble.js";
import { say } from "./words.js";

export class Router {
  /** `context` is what every place is handed, besides its own `params`, `query` and `signal`. */
  constructor(main, frame, context) {
    this.main = main;
    this.frame = frame;
    this.context = { ...context, go: (path) => this.go(path) };
    this.ending = new AbortController();
    document.addEventListener("click", (event) => this.press(event));
    window.addEventListener("popstate", () => (this.closed ? location.reload() : this.show()));
  }

  go(path) {
    history.pushState(null, "", path);
    window.scrollTo(0, 0);
    return this.show();
  }

  /** Links to places are followed here; those with a key held, to elsewhere, or to files, by the browser. */
  press(event) {
    const link = event.target.closest("a[href]");
    if (this.closed || !link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin || !placeAt(link.pathname)) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }

  /** Leave what is shown: its requests are cut, its words and pictures are gone. */
  leave() {
    this.ending.abort();
    this.main.replaceChildren();
  }

  /** Go nowhere any more: every link is a new page, which asks who it is. */
  close() {
    this.closed = true;
    this.leave();
  }

  async show() {
    if (location.pathname === "/") history.replaceState(null, "", HOME);
    this.leave();
    const ending = (this.ending = new AbortController());
    const place = placeAt(location.pathname);
    this.frame.mark(navOf(location.pathname));
    this.main.setAttribute("aria-busy", "true");
    try {
      if (!place) this.nothing();
      else await this.fill(place, ending.signal);
    } catch (problem) {
      if (ending.signal.aborted) return;
      if (!(problem instanceof Problem)) throw problem;
      this.trouble(problem);
    } finally {
      if (!ending.signal.aborted) this.arrived();
    }
  }

  async fill(place, signal) {
    const module = await loaded(place);
    if (signal.aborted) return;
    const query = new URLSearchParams(location.search);
    await module.show(this.main, { ...this.context, params: place.params, query, signal });
  }

  /** Say where one is now: in the window's title, and to who does not see it. */
  arrived() {
    this.main.removeAttribute("aria-busy");
    const heading = this.main.querySelector("h1");
    if (!heading) return;
    document.title = `${heading.textContent} · ${this.frame.portal}`;
    if (this.moved) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    this.moved = true; // the first page is read from its top anyway
  }

  trouble(problem) {
    if (problem.status === 404) return this.nothing();
    const again = () => this.show();
    const heading = this.main.querySelector("h1") || make("h1", {}, say("This cannot be shown just now"));
    this.main.replaceChildren(heading, notice(problem, again), this.home());
    return undefined;
  }

  nothing() {
    const words = say("The address may be misspelt, or what was here was taken away.");
    this.main.replaceChildren(make("h1", {}, say("There is nothing here")), make("p", {}, words), this.home());
  }

  home() {
    return make("p", {}, make("a", { href: HOME }, may("patient", "doctor") ? say("Back to My Exams") : say("Back to the first page")));
  }
}

async function loaded(place) {
  try {
    return await place.load();
  } catch {
    throw new Problem(0, { code: navigator.onLine === false ? "offline" : "unreachable" });
  }
}
