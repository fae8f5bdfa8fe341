// Mouse, pen and fingers over the picture, turned into what they mean.

const SWIPE = 48; // pixels
const STEP = 10; // pixels of dragging for one image
const TWICE_MS = 320;
const STILL = 8; // pixels a tap may wander

export class Gestures {
  /** `actions`: mode(), zoomed(), step(n), swipe(n), window(dx, dy), move(dx, dy), enlarge(factor, x, y), fit(). */
  constructor(screen, actions) {
    this.screen = screen;
    this.actions = actions;
    this.down = new Map(); // pointer → where it is
    this.start = null;
    this.tapped = null;
    this.owed = 0;
    screen.addEventListener("pointerdown", (event) => this.press(event));
    screen.addEventListener("pointermove", (event) => this.drag(event));
    for (const kind of ["pointerup", "pointercancel"]) screen.addEventListener(kind, (event) => this.lift(event));
    screen.addEventListener("wheel", (event) => this.turn(event), { passive: false });
    screen.addEventListener("contextmenu", (event) => event.preventDefault());
    screen.addEventListener("dblclick", () => actions.fit());
  }

  press(event) {
    this.screen.setPointerCapture(event.pointerId);
    this.down.set(event.pointerId, this.place(event));
    this.several = this.several || this.down.size > 1;
    this.axis = null;
    this.owed = 0;
    this.start = { at: this.place(event), button: event.button, touch: event.pointerType !== "mouse", when: event.timeStamp };
    if (this.down.size > 1) this.spread = this.fingers();
  }

  drag(event) {
    const before = this.down.get(event.pointerId);
    if (!before) return;
    const now = this.place(event);
    this.down.set(event.pointerId, now);
    if (this.down.size > 1) this.pinch();
    else if (!this.several) this.dragOne(now[0] - before[0], now[1] - before[1], now);
  }

  dragOne(right, down, now) {
    const { button, touch, at } = this.start;
    const mode = this.actions.mode();
    if (button === 2 || (button === 0 && mode === "window")) return this.actions.window(right, -down);
    if (button === 1 || mode === "move" || (touch && this.actions.zoomed())) return this.actions.move(right, down);
    const far = [now[0] - at[0], now[1] - at[1]].map(Math.abs);
    if (this.axis === null && Math.max(...far) > STILL) this.axis = far[0] > far[1] ? "across" : "along";
    if (this.axis === "along") this.run(down);
    return undefined;
  }

  /** Run through the images; what is less than one image is kept for the next move. */
  run(down) {
    this.owed += down / STEP;
    const whole = Math.trunc(this.owed);
    this.owed -= whole;
    if (whole) this.actions.step(whole);
  }

  pinch() {
    const now = this.fingers();
    this.actions.enlarge(now.apart / this.spread.apart, ...now.middle);
    this.actions.move(now.middle[0] - this.spread.middle[0], now.middle[1] - this.spread.middle[1]);
    this.spread = now;
  }

  lift(event) {
    const end = this.down.get(event.pointerId);
    this.down.delete(event.pointerId);
    if (this.down.size || !end) return;
    const alone = !this.several;
    this.several = false;
    if (alone && event.type === "pointerup" && this.start.touch) this.finger(end, event.timeStamp);
  }

  finger(end, when) {
    const right = end[0] - this.start.at[0];
    const scrolls = this.actions.mode() === "scroll" && !this.actions.zoomed();
    if (scrolls && this.axis === "across" && Math.abs(right) > SWIPE) this.actions.swipe(right < 0 ? 1 : -1);
    const still = Math.hypot(right, end[1] - this.start.at[1]) < STILL;
    const twice = still && this.tapped !== null && when - this.tapped < TWICE_MS;
    this.tapped = still && !twice ? when : null;
    if (twice) this.actions.fit();
  }

  turn(event) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      this.actions.enlarge(Math.exp(-event.deltaY / 300), ...this.place(event));
      return;
    }
    const turned = event.deltaY || event.deltaX; // browsers turn a wheel sideways while Shift is held
    const lines = event.deltaMode === 0 ? turned / 50 : turned;
    this.wheel = Math.sign(lines) === Math.sign(this.wheel || 0) ? this.wheel + lines : lines;
    const whole = Math.trunc(this.wheel);
    if (!whole && Math.abs(this.wheel) < 1) return;
    this.wheel -= whole;
    this.actions.step(Math.sign(whole) * (event.shiftKey ? 10 : 1));
  }

  place(event) {
    const box = this.screen.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  fingers() {
    const [one, other] = [...this.down.values()];
    const apart = Math.max(20, Math.hypot(one[0] - other[0], one[1] - other[1]));
    return { apart, middle: [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2] };
  }
}
