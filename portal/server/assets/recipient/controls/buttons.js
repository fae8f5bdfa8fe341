// What the buttons around the picture do.

/** Let every button do its deed for as long as the exam is looked at. */
export function bindButtons(viewer, part, signal) {
  const on = (id, deed) => part(id).addEventListener("click", deed, { signal });
  on("previous", () => viewer.step(-1));
  on("next", () => viewer.step(1));
  on("larger", () => viewer.enlarge(1.25));
  on("smaller", () => viewer.enlarge(0.8));
  on("fit", () => viewer.viewport.fit());
  on("reset", () => viewer.reset());
  on("mirror", () => viewer.mirror());
  on("flip", () => viewer.flip());
  on("turn-left", () => viewer.turn(-1));
  on("turn-right", () => viewer.turn(1));
  on("play", () => viewer.play());
  on("report", () => viewer.openReports());
  on("message-read", () => (part("message").hidden = true));
  on("help", () => part("keys").showModal());
  on("keys-close", () => part("keys").close());
  part("slider").addEventListener("input", (event) => viewer.go(Number(event.target.value) - 1), { signal });
  for (const button of part("tools").querySelectorAll("[data-mode]")) {
    button.addEventListener("click", () => viewer.setMode(button.dataset.mode), { signal });
  }
}
