// What stands around every place: the portal's name, whom to ask, where one can go, who is signed in.

import { icon, make } from "../dom.js";
import { PLACES } from "../places.js";
import { say } from "../words.js";

const part = (id) => document.getElementById(id);

export class Frame {
  /** `facts` are what the portal wrote into the page: its name, the practice, how to reach it. */
  constructor(facts) {
    this.portal = facts.portal;
    this.facts = facts;
    part("skip").textContent = say("To the content");
    part("self").querySelector("summary").append(icon("user"), make("span", {}, say("Account")));
    part("sign-out").querySelector("button").textContent = say("Sign out");
    part("contact").append(...this.contact());
    part("foot").append(...this.foot());
    part("places").setAttribute("aria-label", say("Places"));
    part("places").append(this.list());
    document.addEventListener("click", (event) => this.closeSelf(event));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.closeSelf(event));
  }

  list() {
    const links = PLACES.filter((place) => place.nav).map((place) =>
      make("li", {}, make("a", { href: place.path }, icon(place.icon), make("span", {}, say(place.nav)))),
    );
    return make("ul", {}, links);
  }

  /** How to reach the practice, where people look for it. */
  contact() {
    const { practice, phone, email } = this.facts;
    return [
      make("span", { class: "practice" }, practice),
      phone && make("a", { href: `tel:${phone.replace(/\s/g, "")}` }, icon("phone"), make("span", {}, phone)),
      email && make("a", { href: `mailto:${email}` }, icon("mail"), make("span", {}, email)),
    ].filter(Boolean);
  }

  foot() {
    const local = this.facts.local && make("p", {}, say("This is a practice portal on this computer. Nobody else can reach it."));
    return [
      local,
      make("p", {}, say("Not a medical device: please do not use these images for a diagnosis.")),
      make("p", {}, say("Questions? Your practice helps:"), " ", this.contact()),
    ].filter(Boolean);
  }

  /** Say who is signed in. */
  name(account) {
    part("self-name").textContent = say("Signed in as {name}", { name: account.user_name });
  }

  /** Mark the place of the navigation one is at. */
  mark(place) {
    for (const link of part("places").querySelectorAll("a")) {
      if (place && link.pathname === place.path) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  closeSelf(event) {
    const self = part("self");
    if (event.type === "click" && self.contains(event.target)) return;
    if (self.open && event.type === "keydown") self.querySelector("summary").focus();
    self.open = false;
  }

  /** Say something to who does not see it. */
  tell(words) {
    part("told").textContent = words;
  }

  /** Nothing leads anywhere any more but to signing in, and nothing says what was looked at. */
  end() {
    document.title = this.portal;
    for (const id of ["places", "self"]) part(id).hidden = true;
    part("self-name").textContent = "";
    part("told").textContent = "";
  }
}
