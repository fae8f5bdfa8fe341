// A list that comes page by page.

import { make } from "./dom.js";
import { notice } from "./trouble.js";

export class Listing {
  /** `wish` has `list` (the element), `more` (a button's words), `page(cursor)` (an address) and `entries(page)`. */
  constructor(context, wish) {
    this.context = context;
    this.wish = wish;
    this.list = wish.list;
    this.more = make("button", { type: "button", class: "secondary", hidden: true, onclick: () => this.next() }, wish.more);
  }

  get parts() {
    return [this.list, this.more];
  }

  async start() {
    return this.add(null);
  }

  async add(cursor) {
    const { api, signal } = this.context;
    const page = await api.json(this.wish.page(cursor), signal);
    this.cursor = page.next_cursor;
    this.more.hidden = !page.next_cursor;
    this.list.append(...(await this.wish.entries(page)));
    return page;
  }

  /** Show the next page; reading goes on where it begins. */
  async next() {
    this.trouble?.remove();
    this.more.disabled = true;
    const last = this.list.lastElementChild;
    try {
      await this.add(this.cursor);
      const first = last?.nextElementSibling;
      if (first) Object.assign(first, { tabIndex: -1 }).focus({ preventScroll: true });
    } catch (problem) {
      if (this.context.signal.aborted) return;
      if (!problem.facts) throw problem;
      this.trouble = notice(problem);
      this.more.before(this.trouble);
    } finally {
      this.more.disabled = false;
    }
  }
}
