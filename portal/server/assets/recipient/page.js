// The way in and out: asks for the code, opens the exam, ends it.

import { SessionClock } from "./clock.js";
import { Portal, Problem } from "./portal.js";
import { refusal } from "./words.js";

const KEPT = "share-session"; // of this tab only, so that loading the page anew is not another opening

const part = (id) => document.getElementById(id);

/** What shows the exam comes while the code is typed; the form does not wait for it. */
async function loadViewer() {
  try {
    return (await import("./viewer/viewer.js")).Viewer;
  } catch {
    throw new Problem(0, { code: "unreachable" });
  }
}

class Page {
  constructor() {
    this.portal = new Portal();
    this.portal.whenOver = () => this.over();
    this.token = decodeURIComponent(/^\/s\/([^/]+)/.exec(location.pathname)?.[1] || "");
    this.viewer = null;
  }

  async start() {
    loadViewer().catch(() => {}); // it is asked for again when it is needed
    part("local").hidden = !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(location.hostname);
    if (!this.token) this.askShareCode();
    part("code-form").addEventListener("submit", (event) => this.submit(event));
    part("finish").addEventListener("click", () => this.finish());
    part("end-again").addEventListener("click", () => location.reload());
    if (!(await this.resumed())) part("code").focus();
  }

  /** Without a link the whole share code is typed. */
  askShareCode() {
    part("gate-lead").textContent = "Type the share code from your invitation to open them.";
    part("code-label").textContent = "Share code";
    part("code-hint").textContent = "Two times six letters and digits, such as 7KQ4M2-XD9FTP.";
  }

  async submit(event) {
    event.preventDefault();
    const code = part("code").value.trim();
    if (!code) return this.trouble(this.token ? "Please type the verification code first." : "Please type the share code first.");
    part("open").disabled = true;
    part("code-form").setAttribute("aria-busy", "true");
    try {
      const recipient = part("name").value.trim() || null;
      const wish = this.token ? { token: this.token, code } : { share_code: code };
      const Viewer = await loadViewer(); // before the opening is counted
      await this.open(await this.portal.redeem({ ...wish, recipient_name: recipient }), Viewer);
    } catch (problem) {
      this.refuse(problem);
    } finally {
      part("open").disabled = false;
      part("code-form").removeAttribute("aria-busy");
    }
    return undefined;
  }

  refuse(problem) {
    if (!problem.facts) throw problem;
    const said = refusal(problem);
    if (said.end) this.showEnd(said.title, said.words);
    else this.trouble(said.words);
  }

  trouble(words) {
    part("code-trouble").textContent = words;
    part("code-trouble").hidden = false;
    part("code").setAttribute("aria-invalid", "true");
    part("code").focus();
    part("code").select();
  }

  async open(opened, Viewer) {
    sessionStorage.setItem(KEPT, JSON.stringify({ path: location.pathname, session: this.portal.session }));
    part("code-form").reset();
    part("door").hidden = true;
    part("viewer").hidden = false;
    document.body.classList.add("looking");
    window.scrollTo(0, 0);
    this.clock = new SessionClock(opened, () => this.soon(), () => this.over(), () => this.portal.askStill());
    part("until").textContent = this.clock.words();
    part("openings").textContent = this.clock.openings();
    this.viewer = new Viewer(this.portal, part, opened);
    part("screen").focus({ preventScroll: true });
    try {
      await this.viewer.start();
    } catch (problem) {
      if (this.viewer) this.broken(problem);
    }
  }

  broken(problem) {
    if (!problem.facts) throw problem;
    part("cannot").hidden = false;
    part("cannot-title").textContent = "The images are not here yet";
    part("cannot-words").textContent = "The portal does not answer. Please load this page again in a minute.";
  }

  /** Go on with what this tab had open before it was loaded anew. */
  async resumed() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    if (!kept || kept.path !== location.pathname) return false;
    this.portal.whenOver = () => {};
    try {
      const Viewer = await loadViewer();
      const opened = await this.portal.resume(kept.session);
      this.portal.whenOver = () => this.over();
      await this.open(opened, Viewer);
      return true;
    } catch {
      sessionStorage.removeItem(KEPT);
      this.portal.session = null;
      this.portal.whenOver = () => this.over();
      return false;
    }
  }

  soon() {
    part("until").textContent = this.clock.words();
    part("until").classList.add("soon");
    part("said").textContent = this.clock.words();
  }

  over() {
    if (!this.viewer) return;
    const early = this.clock.ends - Date.now() > 60_000;
    const words = early
      ? "These images can no longer be seen: the time has ended, or they are no longer shared. They are no longer on this screen."
      : this.clock.over();
    this.leave();
    this.showEnd(early ? "The images have been closed" : "Your time has ended", words);
  }

  finish() {
    const again = this.clock.left > 0 ? "To see them again, open the link with your code." : "";
    this.portal.close();
    this.leave();
    this.showEnd("The images are closed", `They are no longer on this screen. ${again}`.trim());
  }

  leave() {
    sessionStorage.removeItem(KEPT);
    this.clock.stop();
    this.viewer.clear();
    this.viewer = null;
    this.portal.session = null;
  }

  showEnd(title, words) {
    document.body.classList.remove("looking");
    part("viewer").hidden = true;
    window.scrollTo(0, 0);
    part("door").hidden = false;
    part("gate").hidden = true;
    part("end").hidden = false;
    part("end-title").textContent = title;
    part("end-words").textContent = words;
    part("end").focus();
  }
}

new Page().start();
