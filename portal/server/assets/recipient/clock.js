// How long this session lasts, said in words, by the portal's clock as far as it is known.

import { count, dayOf, timeOf } from "./words.js";

const WARNING_MS = 5 * 60_000;
const LONGEST_MS = 2 ** 31 - 1;
const ASK_MS = 15_000;

export class SessionClock {
  /** `askStill` finds out whether the images are still shared: an hour is long where somebody has stopped. */
  constructor(opened, whenSoon, whenOver, askStill) {
    this.ends = new Date(opened.expires_at);
    this.until = opened.shared_until ? new Date(opened.shared_until) : null;
    this.left = opened.accesses_left;
    const rest = this.ends - Date.now();
    this.timers = [
      setTimeout(whenSoon, Math.min(LONGEST_MS, Math.max(0, rest - WARNING_MS))),
      setTimeout(whenOver, Math.min(LONGEST_MS, Math.max(0, rest))),
    ];
    this.askStill = () => document.hidden || askStill();
    this.asking = setInterval(this.askStill, ASK_MS);
    document.addEventListener("visibilitychange", this.askStill);
  }

  words() {
    return `Your time here ends at ${timeOf(this.ends)}`;
  }

  openings() {
    if (this.left === 0) return "This was the last opening";
    const until = this.until ? ` until ${dayOf(this.until)}` : "";
    return `${count(this.left, "more opening", "more openings")}${until}`;
  }

  over() {
    const again = this.left > 0 ? "Open the link again with your code to go on; that counts as one more opening." : "";
    return `Your time with these images ended at ${timeOf(this.ends)}. They are no longer on this screen. ${again}`.trim();
  }

  stop() {
    this.timers.forEach(clearTimeout);
    clearInterval(this.asking);
    document.removeEventListener("visibilitychange", this.askStill);
  }
}
