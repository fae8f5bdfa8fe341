// Which grey levels a frame gets: the file's own looks, presets, or what a person made.

import { say } from "../language.js";
import { dragged, fullWindow, spanOf } from "./grey.js";
import { levelsOfTable } from "./frames.js";

// Leaves a colour picture as it is: a window over the levels 0-255 of red, green and blue.
const AS_IS = { name: "", center: 127.5, width: 255, function: "LINEAR_EXACT" };

/** The look of a frame for a choice; null for the file's default. */
export function lookOf(frame, choice) {
  if (!frame.words) return (choice && choice.window) || { name: "" };
  if (choice && choice.window) return choice.window;
  if (choice && choice.full) return (frame.full ??= fullWindow(frame));
  const place = choice && choice.file < frame.facts.looks.length ? choice.file : 0;
  const look = frame.facts.looks[place] || (frame.full ??= fullWindow(frame));
  if (look.table === null || look.table === undefined) return look;
  const levels = frame.levels.get(look.table);
  return levels ? (look.ready ??= { name: look.name, levels }) : null;
}

/** What a series' frame is shown with: what a person chose, else the window that suits the whole series. */
export function choiceOf(frame, series) {
  if (series.look || !series.suits || !hasNoLook(frame)) return series.look;
  return { window: series.suits };
}

/** Whether the window of the whole series has to be asked for before a frame of it can be shown. */
export function wantsSuit(frame, series) {
  return !series.look && series.suits === undefined && series.items.length > 1 && hasNoLook(frame);
}

function hasNoLook(frame) {
  return Boolean(frame.words) && !frame.facts.own;
}

/** Fetch what the look of a choice still needs. */
export async function fetchLook(portal, frame, choice) {
  const look = frame.facts.looks[(choice && choice.file) || 0];
  if (look && look.table !== null) await levelsOfTable(portal, frame, look.table);
}

/** What a person's drag makes of the window that is shown. */
export function draggedLook(frame, series, right, up) {
  const finest = frame.words ? Math.min(1, Math.abs(frame.facts.slope)) : 1;
  frame.span ??= frame.words ? spanOf(frame) : 255;
  return { window: dragged(windowToDrag(frame, choiceOf(frame, series)), right, up, finest, frame.span) };
}

/** The window a drag begins with: the one that is shown, or the whole range where a table is shown. */
function windowToDrag(frame, choice) {
  const look = lookOf(frame, choice);
  if (!frame.words) return look.width ? look : AS_IS;
  return look && look.width ? look : (frame.full ??= fullWindow(frame));
}

/** What can be chosen for a frame: [value, words, choice]. */
export function choicesOf(frame, object) {
  if (!frame || !frame.words) return [];
  const own = hasNoLook(frame) ? [["file0", say("Automatic"), null]] : frame.facts.looks.map((look, place) => [`file${place}`, fileWords(look, place), { file: place }]);
  const presets = ((object && object.presets) || []).map((preset, place) => [
    `preset${place}`,
    preset.name,
    { window: { name: preset.name, center: preset.center, width: preset.width, function: "LINEAR" } },
  ]);
  return [...own, ...presets, ["full", say("All grey levels"), { full: true }]];
}

function fileWords(look, place) {
  if (look.name) return say("From the file: {name}", { name: look.name.toLowerCase() });
  return place ? say("From the file: {name}", { name: place + 1 }) : say("As in the file");
}

/** Which value of the choices a choice is; "own" for one a person dragged. */
export function valueOf(choices, choice) {
  if (!choice) return "file0";
  const found = choices.find(([, , other]) => JSON.stringify(other) === JSON.stringify(choice));
  return found ? found[0] : "own";
}
