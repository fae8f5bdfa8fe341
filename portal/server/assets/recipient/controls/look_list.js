// The list of grey levels to choose from, and the number keys that choose from it.

import { say } from "../language.js";
import { choicesOf, valueOf } from "../picture/looks.js";

export class LookList {
  constructor(place, signal, whenChosen) {
    this.place = place;
    this.whenChosen = whenChosen;
    this.choices = [];
    place.addEventListener("change", (event) => this.choose(event.target.value), { signal });
  }

  show(frame, object, look) {
    this.choices = choicesOf(frame, object);
    const value = valueOf(this.choices, look);
    const { place } = this;
    place.parentElement.hidden = !this.choices.length;
    const name = JSON.stringify([value, this.choices]);
    if (place.dataset.name === name) return;
    place.dataset.name = name;
    const shown = value === "own" ? [...this.choices, ["own", say("My own")]] : this.choices;
    place.replaceChildren(...shown.map(([each, words]) => new Option(words, each, false, each === value)));
  }

  hide() {
    this.place.parentElement.hidden = true;
  }

  choose(value) {
    const found = this.choices.find(([each]) => each === value);
    if (found) this.whenChosen(found[2]);
  }

  /** The number keys: ready-made windows, or the file's own where there are none. */
  chooseNumber(number) {
    const ready = this.choices.filter(([value]) => value.startsWith("preset"));
    const own = this.choices.filter(([value]) => value.startsWith("file"));
    const found = (ready.length ? ready : own)[number - 1];
    if (found) this.whenChosen(found[2]);
  }
}
