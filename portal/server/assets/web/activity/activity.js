// Activity: what happened with the account, one exam or one share, newest first: when, by whom, from where.

import { icon, make } from "../dom.js";
import { AS_ACCOUNT } from "../exams/exam.js";
import { nameOf } from "../exams/names.js";
import { german as examGerman } from "../exams/german.js";
import { Listing } from "../listing.js";
import { dayOf, learn, locale, say } from "../words.js";
import { german } from "./german.js";
import { isWarning, sentence } from "./sentences.js";

learn(examGerman);
learn(german);

export async function show(main, context) {
  const { api, params, query, signal } = context;
  const share = query.get("share") && (await api.json(`/api/v1/shares/${encodeURIComponent(query.get("share"))}`, signal));
  const exam = params.exam && (await api.json(`/api/v1/exams/${encodeURIComponent(params.exam)}`, signal));
  const shares = share ? { [share.id]: share } : await known(context);
  const listing = new Listing(context, {
    list: make("ol", { class: "happened" }),
    more: say("Show earlier"),
    page: (cursor) => addressOf(exam, share, cursor),
    entries: (page) => entries(page, shares, listing),
  });
  main.append(...head(exam, share), ...listing.parts);
  const first = await listing.start();
  if (!first.activity.length) listing.list.replaceWith(make("p", {}, say("Nothing has happened yet.")));
}

function head(exam, share) {
  const back = exam ? [`/my/exams/${encodeURIComponent(exam.id)}`, say("Back to the exam")] : share && ["/my/shared", say("Shared Exams")];
  const about = exam || share;
  const lead = about ? nameOf(about) : say("Who looked at what, and when. Nothing of it can be changed, by you or by others.");
  const table = make("a", { class: "button secondary", href: `/api/v1/audit.csv${AS_ACCOUNT}`, download: "activity.csv" }, icon("download"), make("span", {}, say("Download as a table (CSV)")));
  return [
    back && make("p", { class: "back" }, make("a", { href: back[0] }, icon("arrow-left"), make("span", {}, back[1]))),
    make("h1", {}, say("Activity")),
    make("p", { class: "lead" }, lead),
    !about && make("p", {}, table),
  ].filter(Boolean);
}

/** The newest shares by their id, so that lines can say for whom they were. */
async function known({ api, signal }) {
  const page = await api.json("/api/v1/shares?limit=200", signal);
  return Object.fromEntries(page.shares.map((share) => [share.id, share]));
}

function addressOf(exam, share, cursor) {
  const wish = new URLSearchParams({ limit: 50, ...(cursor && { cursor }), ...(share && { share: share.id }) });
  return exam ? `/api/v1/exams/${encodeURIComponent(exam.id)}/activity?${wish}` : `/api/v1/audit?${wish}`;
}

/** One line each, below the day it was; a page goes on with the day the one before ended with. */
function entries(page, shares, listing) {
  return page.activity.flatMap((line) => {
    const day = dayOf(line.at);
    const heading = day !== listing.day && make("li", { class: "day" }, make("h2", {}, day));
    listing.day = day;
    return [heading, entry(line, shares[line.share_id])].filter(Boolean);
  });
}

function entry(line, share) {
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(new Date(line.at));
  const said = make("span", {}, sentence(line, share));
  const warned = isWarning(line.kind);
  return make(
    "li",
    { class: warned ? "line look" : "line", "data-kind": line.kind },
    make("time", { datetime: line.at }, time),
    warned ? make("span", { class: "state look" }, icon("triangle-alert"), said) : said,
  );
}
