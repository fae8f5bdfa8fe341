// One share in the list: what it holds, for whom, how it stands, and what its owner can do with it.

import { icon, make } from "../dom.js";
import { DAY_MS, endOfDay, field, fieldDay } from "../fields.js";
import { namesOf } from "../exams/names.js";
import { awaySentences, wholeOf } from "../exams/whole.js";
import { ask } from "../question.js";
import { notice } from "../trouble.js";
import { count, momentOf, say } from "../words.js";
import { isolated, name } from "../../recipient/words.js";
import { MOST_DAYS } from "./limits.js";
import { canMove, holdsWords, openedWords, refusal, statusWords, untilWords, whomWords } from "./words.js";

export class ShareCard {
  constructor(context, share) {
    this.context = context;
    this.element = make("li", { class: "share", "data-share": share.id });
    this.path = `/api/v1/shares/${encodeURIComponent(share.id)}`;
    this.draw(share);
  }

  draw(share) {
    this.share = share;
    const [title, plain] = namesOf(share);
    const [status, meaning] = statusWords(share);
    this.element.dataset.status = share.status;
    this.element.replaceChildren(
      ...[
        make("h2", {}, title),
        make("p", { class: "quiet" }, [plain, name(share.person.patient_name)].filter(Boolean).join(" · ")),
        make("p", { class: "status" }, make("strong", { class: `badge ${share.status}` }, status), " ", meaning),
        make("ul", { class: "facts" }, this.facts().map((fact) => make("li", {}, fact))),
        share.message && make("p", { class: "quiet their-words" }, isolated(share.message)),
        ...this.warnings(),
        this.deeds(),
      ].filter(Boolean),
    );
  }

  facts() {
    const { share } = this;
    return [
      say("For {whom}", { whom: whomWords(share) }),
      holdsWords(share),
      openedWords(share),
      untilWords(share),
      say("Made on {moment}", { moment: momentOf(share.created_at) }),
    ];
  }

  warnings() {
    const { share } = this;
    const opens = share.status === "active" || share.status === "viewed";
    const away = share.wholeness ? awaySentences(wholeOf({ studies: [share] })) : [];
    return [
      share.locked && say("Too many wrong codes were typed, so it is locked for good. Make a new share instead."),
      !share.locked && share.typed_locked && say("Strangers guessed at the typed code, so only the link opens it now."),
      opens && away.length > 0 && away.join(" "),
      opens && share.later.length > 0 && count(share.later.length, "{n} study came to this exam later, and is not shared.", "{n} studies came to this exam later, and are not shared."),
    ]
      .filter(Boolean)
      .map((words) => make("p", { class: "notice look" }, words));
  }

  deeds() {
    const { share } = this;
    const button = (drawing, words, kind, deed) => make("button", { type: "button", class: kind, onclick: deed }, icon(drawing), make("span", {}, words));
    return make(
      "p",
      { class: "actions" },
      canMove(share) && button("pencil", say("Edit “Shared until”"), "secondary edit", () => this.edit()),
      share.typed_locked && !share.locked && share.status !== "revoked" && button("lock", say("Unlock"), "secondary unlock", () => this.unlock()),
      share.exams.length > 0 && make("a", { class: "button secondary", href: this.again() }, icon("share-2"), make("span", {}, say("Make a new one"))),
      make("a", { class: "button secondary", href: `/my/activity?${new URLSearchParams({ share: share.id })}` }, icon("history"), make("span", {}, say("Activity"))),
      share.status !== "revoked" && button("ban", say("Revoke Access"), "danger revoke", () => this.revoke()),
    );
  }

  again() {
    return `/my/share/${encodeURIComponent(this.share.exams[0])}?${new URLSearchParams({ again: this.share.id })}`;
  }

  /** Ask for another last day, in the place of the deeds. */
  edit() {
    const { share } = this;
    const latest = new Date(new Date(share.created_at).getTime() + MOST_DAYS * DAY_MS);
    const id = `until-${share.id}`;
    const today = fieldDay(Date.now());
    const now = fieldDay(share.expires_at);
    const facts = { type: "date", required: true, value: now < today ? today : now, min: today, max: fieldDay(latest) };
    const form = make(
      "form",
      { class: "edit", onsubmit: (event) => this.save(event, form.querySelector("input").value, latest) },
      field(id, say("Shared until"), facts, say("Longer or shorter, at most a year after it was made. The link stays the same.")),
      make(
        "p",
        { class: "actions" },
        make("button", { type: "submit" }, say("Save")),
        make("button", { type: "button", class: "secondary", onclick: () => this.back(".edit") }, say("Leave as it is")),
      ),
    );
    this.element.querySelector(".actions").replaceWith(form);
    form.querySelector("input").focus();
  }

  back(selector) {
    this.draw(this.share);
    (this.element.querySelector(`button${selector}`) || Object.assign(this.element, { tabIndex: -1 })).focus();
  }

  async save(event, day, latest) {
    event.preventDefault();
    const end = endOfDay(day);
    const until = end && (end > latest ? latest : end).toISOString();
    await this.done(async () => {
      const { api } = this.context;
      const response = await api.get(this.path, this.context.signal);
      return api.send("PATCH", this.path, { expires_at: until ?? day }, { "If-Match": response.headers.get("ETag") });
    }, ".edit", say("Saved."));
  }

  async revoke() {
    const sentences = [
      say("Nobody can open it any more, from this moment on. This cannot be undone; you can make a new share instead."),
      say("Copies that were downloaded already cannot be called back."),
    ];
    const { signal } = this.context;
    const sure = await ask(say("Revoke access?"), sentences, say("Revoke Access"), say("Keep sharing"), signal);
    if (sure && !signal.aborted) await this.done(() => this.context.api.send("POST", `${this.path}/revoke`), ".revoke", say("Access is revoked."));
  }

  unlock() {
    return this.done(() => this.context.api.send("POST", `${this.path}/unlock`), ".unlock", say("The typed code works again."));
  }

  async done(deed, selector, words) {
    this.trouble?.remove();
    try {
      this.share = await deed();
      this.back(selector);
      this.context.tell(words);
    } catch (problem) {
      if (this.context.signal.aborted) return;
      if (!problem.facts) throw problem;
      this.trouble = notice(problem, null, refusal(problem));
      this.element.append(this.trouble);
    }
  }
}
