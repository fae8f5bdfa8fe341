// The keyboard: everything a mouse can do.

const DRAG = 20; // what one key press is worth in pixels of dragging
const MOVE = 40;

export class Keys {
  constructor(viewer, part, signal) {
    this.viewer = viewer;
    this.part = part;
    document.addEventListener("keydown", (event) => this.press(event), { signal });
    part("tools").addEventListener("keydown", (event) => this.turnMode(event), { signal });
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const field = event.target.closest("input, select, textarea, [role=radiogroup]");
    if (field && !(field.type === "range" && !event.key.startsWith("Arrow"))) return;
    if (event.key === " " && event.target.closest("button, a")) return;
    const deed = event.shiftKey ? this.shifted()[event.key] : this.plain()[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  }

  plain() {
    const { viewer } = this;
    const end = () => viewer.go(Infinity);
    return {
      ArrowUp: () => viewer.step(-1),
      ArrowDown: () => viewer.step(1),
      ArrowLeft: () => viewer.turnSeries(-1),
      ArrowRight: () => viewer.turnSeries(1),
      PageUp: () => viewer.step(-10),
      PageDown: () => viewer.step(10),
      Home: () => viewer.go(0),
      End: end,
      "+": () => viewer.enlarge(1.25),
      "=": () => viewer.enlarge(1.25),
      "-": () => viewer.enlarge(0.8),
      0: () => viewer.stage.fit(),
      1: () => viewer.stage.actual(),
      b: () => viewer.drag(0, DRAG),
      d: () => viewer.drag(0, -DRAG),
      h: () => viewer.drag(-DRAG, 0),
      k: () => viewer.drag(DRAG, 0),
      i: () => viewer.invert(),
      r: () => viewer.reset(),
      " ": () => viewer.play(),
      "?": () => this.part("keys").showModal(),
    };
  }

  shifted() {
    const { stage } = this.viewer;
    return {
      ArrowUp: () => stage.move(0, MOVE),
      ArrowDown: () => stage.move(0, -MOVE),
      ArrowLeft: () => stage.move(MOVE, 0),
      ArrowRight: () => stage.move(-MOVE, 0),
      "+": () => this.viewer.enlarge(1.25),
      "?": () => this.part("keys").showModal(),
    };
  }

  /** Arrows go through a group of radio buttons. */
  turnMode(event) {
    const buttons = [...this.part("tools").querySelectorAll("[data-mode]")];
    const at = buttons.indexOf(event.target);
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (at < 0 || !by) return;
    event.preventDefault();
    const next = buttons[(at + by + buttons.length) % buttons.length];
    this.viewer.setMode(next.dataset.mode);
    next.focus();
  }
}
