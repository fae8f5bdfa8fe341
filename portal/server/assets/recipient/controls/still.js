// Whether something may move: not under a finger or a pressed button, nor the list under a mouse that is over it.

export class Still {
  constructor(list, signal, whenStill) {
    this.down = new Set(); // pointers
    this.over = false;
    const on = (place, kind, deed) => place.addEventListener(kind, deed, { signal, capture: place === document });
    on(document, "pointerdown", (event) => this.down.add(event.pointerId));
    for (const kind of ["pointerup", "pointercancel"]) {
      on(document, kind, (event) => {
        this.down.delete(event.pointerId);
        setTimeout(whenStill); // what the click is for comes first
      });
    }
    on(list, "pointerenter", (event) => (this.over = event.pointerType === "mouse"));
    on(list, "pointerleave", () => {
      this.over = false;
      whenStill();
    });
  }

  /** Whether a series may become its parts: the one that is `shown`, or another one. */
  mayMove(shown) {
    return !this.down.size && (shown || !this.over);
  }
}
