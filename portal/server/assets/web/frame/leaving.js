// The end of a session, wherever it is noticed: nothing of anybody stays on the screen.

const ASK_MS = 5 * 60_000; // who moves about without asking anything is still there
const LOOK_MS = 20_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

export class Leaving {
  /** `minutes` is how long the portal waits. `whenOver(why)` is called once: "idle", or "ended" where the portal or another tab says so. */
  constructor(api, minutes, whenOver) {
    this.idleMs = minutes * 60_000;
    this.api = api;
    this.whenOver = whenOver;
    this.over = false;
    this.tabs = new BroadcastChannel("portal-session");
    this.tabs.onmessage = (event) => (event.data === "ended" ? this.end("ended") : this.ask());
    this.tabs.postMessage("begun"); // what was left open of somebody else asks, and is told
    api.whenOver = () => this.end("ended");
    for (const sign of SIGNS) document.addEventListener(sign, () => this.sign(), { passive: true, capture: true });
    document.addEventListener("visibilitychange", () => this.look());
    this.looking = setInterval(() => this.look(), LOOK_MS);
    document.getElementById("sign-out").addEventListener("submit", () => this.tabs.postMessage("ended"));
    window.addEventListener("pagehide", () => this.hide());
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  /** Somebody is there: the portal is told from time to time. */
  sign() {
    if (!this.over && Date.now() - this.api.asked > ASK_MS && !this.idle()) this.ask();
  }

  async ask() {
    this.api.asked = Date.now(); // one question at a time
    await this.api.json("/api/v1/account").catch(() => {}); // what ends the session is heard above
  }

  idle() {
    return Date.now() - this.api.asked >= this.idleMs;
  }

  look() {
    if (this.idle()) this.end("idle");
  }

  end(why) {
    if (this.over) return;
    this.over = true;
    clearInterval(this.looking);
    this.whenOver(why);
  }

  /** A page that is put aside for the Back button keeps nothing to be seen when it comes again. */
  hide() {
    document.getElementById("main").replaceChildren();
  }
}
