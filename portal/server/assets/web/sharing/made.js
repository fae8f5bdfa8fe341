// A share that was just made: its link and its code, shown this once.

import { icon, make } from "../dom.js";
import { notice } from "../trouble.js";
import { say } from "../words.js";
import { isolated } from "../../recipient/words.js";
import { openedWords, untilWords } from "./words.js";

/** Put what was made in the place of the form; `paper` says what the sheet is to be like. */
export function showMade(main, context, made, paper) {
  const print = () => printed(context, made, paper, main);
  const byPaper = paper.way === "print";
  const parts = [
    make("h1", {}, say("The exam is shared")),
    make("p", { class: "lead" }, `${untilWords(made.share)}. ${openedWords(made.share)}.`),
    ...mailed(made, paper),
    byPaper && make("p", {}, printButton(print, "button")),
    shownOnce(made, context),
    linkPart(made, context),
    !byPaper && make("p", {}, printButton(print, "secondary")),
    make("p", {}, make("a", { class: "button secondary", href: "/my/shared" }, say("To Shared Exams"))),
  ];
  main.replaceChildren(...parts.filter(Boolean));
  const heading = main.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
  window.scrollTo(0, 0);
}

function mailed(made, paper) {
  if (paper.way !== "email") return [];
  const to = isolated(made.share.email);
  const words = made.mailed
    ? say("The link is on its way to {to}. Now tell the code: by phone, on paper or in person.", { to })
    : say("This portal sends no e-mail. Please send the link to {to} yourself, and the code by another way.", { to });
  return [make("p", { class: made.mailed ? "notice" : "notice look" }, words)];
}

function shownOnce(made, context) {
  return make(
    "section",
    { class: "notice look", "aria-labelledby": "code-title" },
    make("h2", { id: "code-title" }, say("Verification code")),
    make("p", { class: "code", id: "code" }, made.verification_code),
    make("p", {}, copyButton(made.verification_code, say("Copy the code"), context)),
    make("p", {}, say("Tell it by another way than the link: never send both in one message.")),
    make("p", {}, say("It is shown this once. Nobody can show it again, your practice neither.")),
  );
}

function linkPart(made, context) {
  const link = make("input", { id: "link", readonly: true, value: made.url, onfocus: (event) => event.target.select() });
  return make(
    "section",
    { "aria-labelledby": "link-title" },
    make("h2", { id: "link-title" }, make("label", { for: "link" }, say("Link"))),
    link,
    make("p", {}, copyButton(made.url, say("Copy the link"), context)),
    make("p", { class: "quiet" }, say("Without a link: open {address} and type {code}.", { address: pageOf(made.url), code: made.share_code })),
  );
}

function pageOf(url) {
  return url.slice(0, url.lastIndexOf("/"));
}

function copyButton(text, words, { tell }) {
  const said = make("span", {}, words);
  return make("button", { type: "button", class: "secondary", onclick: copy }, icon("copy"), said);

  async function copy() {
    const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    said.textContent = done ? say("Copied") : say("Please copy it by hand");
    tell(said.textContent);
  }
}

function printButton(print, kind) {
  return make("button", { type: "button", class: kind === "button" ? null : kind, id: "print", onclick: print }, icon("printer"), make("span", {}, say("Print the invitation (PDF)")));
}

/** Fetch the sheet with link and code, which the portal itself keeps neither of, and hand it to the browser. */
async function printed({ api, signal }, made, paper, main) {
  const wish = new URLSearchParams({ second_sheet: paper.second, with_title: paper.titled });
  const token = made.url.slice(made.url.lastIndexOf("/") + 1);
  const headers = api.headers({ Accept: "application/pdf", "Verification-Code": made.verification_code, "Share-Token": token });
  main.querySelector(".notice.danger")?.remove();
  try {
    const response = await api.ask(`/api/v1/shares/${encodeURIComponent(made.share.id)}/invitation.pdf?${wish}`, { headers, signal });
    const address = URL.createObjectURL(await response.blob());
    signal.addEventListener("abort", () => URL.revokeObjectURL(address));
    make("a", { href: address, download: say("invitation.pdf") }).click();
  } catch (problem) {
    if (signal.aborted) return;
    if (!problem.facts) throw problem;
    main.querySelector("#print").before(notice(problem));
  }
}
