// The portal of whoever is signed in: puts the frame together, and goes to the place that was asked for.

import { Api } from "./api.js";
import { make } from "./dom.js";
import { Frame } from "./frame/frame.js";
import { Leaving } from "./frame/leaving.js";
import { may } from "./places.js";
import { Router } from "./router.js";
import { say } from "./words.js";

const main = document.getElementById("main");
const facts = { ...document.body.dataset };
const api = new Api(facts.token);
const frame = new Frame(facts);
const router = new Router(main, frame, { api, may, practice: facts, tell: (words) => frame.tell(words) });

const minutes = may("patient") ? 30 : 15; // as long as the portal waits
const leaving = new Leaving(api, minutes, (why) => {
  router.close();
  frame.end();
  const words = {
    idle: say("You did nothing here for {n} minutes, so you were signed out for safety. Nothing was lost.", { n: minutes }),
    ended: say("You are not signed in here any more: you signed out, somebody else signed in, or the time was over. Nothing was lost."),
  };
  const again = make("a", { class: "button", href: location.pathname }, say("Sign in"));
  main.replaceChildren(make("h1", { tabindex: -1 }, say("You are signed out")), make("p", {}, words[why]), make("p", {}, again));
  main.removeAttribute("aria-busy");
  main.querySelector("h1").focus();
});

async function start() {
  router.context.account = may("patient") ? api.json("/api/v1/account") : api.json("/api/v1/staff/me").then((me) => ({ persons: [], ...me }));
  router.context.account.then((account) => frame.name(account), () => {});
  await router.show();
}

if (!leaving.over) start();
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js").catch(() => {}); // only a convenience
