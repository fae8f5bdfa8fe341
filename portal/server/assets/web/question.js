// A question that has to be answered before anything else is done.

import { make } from "./dom.js";

/** Ask: `yes` is what will be done, `no` what is done instead. Gives whether it was yes; Escape and leaving are no. */
export function ask(title, sentences, yes, no, signal) {
  return new Promise((answer) => {
    const dialog = make(
      "dialog",
      { class: "question", "aria-labelledby": "question-title" },
      make("h2", { id: "question-title" }, title),
      sentences.map((sentence) => make("p", {}, sentence)),
      make(
        "p",
        { class: "actions" },
        make("button", { type: "button", class: "danger", onclick: () => dialog.close("yes") }, yes),
        make("button", { type: "button", class: "secondary", autofocus: true, onclick: () => dialog.close("no") }, no),
      ),
    );
    const leave = () => dialog.close("no");
    dialog.addEventListener("close", () => {
      signal.removeEventListener("abort", leave);
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    signal.addEventListener("abort", leave);
    document.body.append(dialog);
    dialog.showModal();
  });
}
