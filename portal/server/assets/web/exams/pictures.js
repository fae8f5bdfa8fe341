// Small pictures, asked for when they come into view, a few at a time, and forgotten with their page.

const AT_ONCE = 3;

export class Pictures {
  constructor(api, signal) {
    this.api = api;
    this.signal = signal;
    this.waiting = [];
    this.running = 0;
    this.addresses = [];
    this.seen = new IntersectionObserver((entries) => this.look(entries), { rootMargin: "200px" });
    signal.addEventListener("abort", () => this.end());
  }

  /** An image element that shows what an address of the API gives; without it, its place stays empty. */
  of(path, facts = {}) {
    const picture = document.createElement("img");
    Object.assign(picture, { alt: "", decoding: "async", ...facts });
    picture.dataset.path = path;
    this.seen.observe(picture);
    return picture;
  }

  look(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.seen.unobserve(target);
      this.waiting.push(target);
    }
    this.more();
  }

  more() {
    while (this.running < AT_ONCE && this.waiting.length && !this.signal.aborted) this.load(this.waiting.shift());
  }

  async load(picture) {
    this.running += 1;
    try {
      const address = URL.createObjectURL(await this.api.blob(picture.dataset.path, this.signal));
      this.addresses.push(address);
      picture.src = address;
      picture.classList.add("here");
    } catch {
      picture.classList.add("none"); // its place says so; the words beside it are what counts
    } finally {
      this.running -= 1;
      this.more();
    }
  }

  end() {
    this.seen.disconnect();
    this.waiting = [];
    this.addresses.forEach((address) => URL.revokeObjectURL(address));
  }
}
