// A series played as a film.

import { say } from "../language.js";

const FILM_MS = 80;

export class Film {
  constructor(button, roll) {
    this.button = button;
    this.roll = roll; // shows the next image
    this.running = null;
  }

  /** Play, or stop playing. */
  play(frameMs) {
    if (this.running) return this.pause();
    this.running = setInterval(this.roll, frameMs || FILM_MS);
    return this.name(say("Pause"), "pause");
  }

  pause() {
    clearInterval(this.running);
    this.running = null;
    this.name(say("Play"), "play");
  }

  name(word, icon) {
    this.button.querySelector("span").textContent = word;
    const drawing = this.button.querySelector("use");
    drawing.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, `#${icon}`));
  }
}
