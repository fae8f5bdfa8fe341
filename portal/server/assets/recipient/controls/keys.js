// The keyboard: everything a mouse can do. The same keys as in Scanshelf's own viewer (`viewer/tools/actions.py`).

const DRAG = 20; // what one key press is worth in pixels of dragging
const MOVE = 40;

export class Keys {
  constructor(viewer, part, signal) {
    this.viewer = viewer;
    this.part = part;
    document.addEventListener("keydown", (event) => this.press(event), { signal });
    document.addEventListener("keyup", (event) => event.key === " " && (viewer.holding = false), { signal });
    window.addEventListener("blur", () => (viewer.holding = false), { signal });
    part("tools").addEventListener("keydown", (event) => this.turnMode(event), { signal });
  }

  press(event) {
    const typed = event.getModifierState("AltGraph"); // where brackets need it, which some call Ctrl and Alt
    const { shiftKey, metaKey } = event;
    const [ctrlKey, altKey] = [event.ctrlKey && !typed, event.altKey && !typed];
    const moving = ctrlKey && shiftKey && !altKey && !metaKey;
    if (((ctrlKey || metaKey || altKey) && !moving) || document.querySelector("dialog[open]")) return undefined;
    const field = event.target.closest("input, select, textarea, [role=radiogroup]");
    if (field && !(field.type === "range" && !event.key.startsWith("Arrow"))) return undefined;
    if (event.key === " ") return this.hold(event);
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const deed = (moving ? this.moves() : shiftKey ? this.shifted() : this.plain())[key];
    if (!deed) return undefined;
    event.preventDefault();
    return deed();
  }

  /** While the space bar is held, dragging moves the picture. */
  hold(event) {
    if (event.target.closest("button, a")) return;
    event.preventDefault();
    this.viewer.holding = true;
  }

  plain() {
    const { viewer } = this;
    const windows = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map((each) => [each, () => viewer.looks.chooseNumber(each)]));
    return {
      ...windows,
      0: () => viewer.look(null),
      ArrowUp: () => viewer.step(-1),
      ArrowDown: () => viewer.step(1),
      ArrowLeft: () => viewer.turnSeries(-1),
      ArrowRight: () => viewer.turnSeries(1),
      PageUp: () => viewer.turnSeries(-1),
      PageDown: () => viewer.turnSeries(1),
      Home: () => viewer.go(0),
      End: () => viewer.go(Infinity),
      "+": () => viewer.enlarge(1.25),
      "=": () => viewer.enlarge(1.25),
      "-": () => viewer.enlarge(0.8),
      f: () => viewer.viewport.fit(),
      a: () => viewer.viewport.actual(),
      b: () => viewer.drag(0, DRAG),
      s: () => viewer.drag(DRAG, 0),
      i: () => viewer.invert(),
      h: () => viewer.mirror(),
      v: () => viewer.flip(),
      "[": () => viewer.turn(-1),
      "]": () => viewer.turn(1),
      r: () => viewer.reset(),
      c: () => viewer.play(),
      w: () => viewer.setMode("window"),
      p: () => viewer.setMode("move"),
      "?": () => this.part("keys").showModal(),
    };
  }

  shifted() {
    const { viewer } = this;
    return {
      ArrowUp: () => viewer.step(-10),
      ArrowDown: () => viewer.step(10),
      ArrowLeft: () => viewer.viewport.move(-MOVE, 0),
      ArrowRight: () => viewer.viewport.move(MOVE, 0),
      b: () => viewer.drag(0, -DRAG),
      s: () => viewer.drag(-DRAG, 0),
      "+": () => viewer.enlarge(1.25),
      "?": () => this.part("keys").showModal(),
    };
  }

  moves() {
    const { viewport } = this.viewer;
    return {
      ArrowUp: () => viewport.move(0, -MOVE),
      ArrowDown: () => viewport.move(0, MOVE),
      ArrowLeft: () => viewport.move(-MOVE, 0),
      ArrowRight: () => viewport.move(MOVE, 0),
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
