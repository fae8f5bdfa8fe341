// The exam as it is leafed through: exams → series → items, one item for each frame or page.

import { Problem } from "../portal.js";
import { UPRIGHT } from "../picture/way.js";

/** Read all series of what was opened; studies of which nothing may be seen are left out. */
export async function readSeries(portal, opened) {
  const all = [];
  for (const exam of opened.exams) {
    for (const study of exam.studies) {
      for (const series of (await readStudy(portal, study.study_instance_uid)).series) all.push(oneSeries(exam, study, series));
    }
  }
  return all;
}

async function readStudy(portal, uid) {
  try {
    return await portal.json(`/api/v1/view/studies/${encodeURIComponent(uid)}`);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return { series: [] };
    throw error;
  }
}

function oneSeries(exam, study, said) {
  const place = `/api/v1/view/studies/${encodeURIComponent(study.study_instance_uid)}`;
  const path = `${place}/series/${encodeURIComponent(said.series_instance_uid)}`;
  const objects = said.instances.map((instance) => ({
    uid: instance.sop_instance_uid,
    path: `${path}/instances/${encodeURIComponent(instance.sop_instance_uid)}`,
    frames: instance.frames,
    form: instance.form, // "image", "document", "file": by its class
    said: null, // what the portal tells about it, once asked
  }));
  const series = { exam, said, part: null, path, objects, items: [], at: 0, seen: false, look: null, inverted: false, way: UPRIGHT };
  layOut(series);
  return series;
}

/** Make the items of a series from its objects. */
export function layOut(series) {
  series.items = series.objects.flatMap((object) =>
    Array.from({ length: Math.max(1, object.frames) }, (_, index) => itemOf(object, index + 1)),
  );
  series.at = Math.min(series.at, series.items.length - 1);
}

export function itemOf(object, number) {
  return { key: keyOf(object, number), path: object.path, number, object };
}

export function keyOf(object, number) {
  return `${object.path}#${number - 1}`;
}

/** Ask once what an object is; true if it has other frames than its header said. */
export async function describe(portal, series, object, signal) {
  if (object.said) return false;
  object.said = await portal.json(object.path, signal);
  const frames = Math.max(1, object.said.frames);
  if (frames === object.frames) return false;
  object.frames = frames;
  if (!series.parted) layOut(series); // its parts were made of what the objects are
  return true;
}

/** Ask once which window suits all of a series; null where none is known. Its parts share what was asked. */
export async function findSuit(portal, series, signal) {
  series.asked ??= portal.json(`${series.path}/window`, signal).then(
    (said) => said.window,
    () => null,
  );
  series.suits = await series.asked;
}

/** The middle object stands for its series. */
export function middleObject(series) {
  return series.objects[Math.floor(series.objects.length / 2)];
}

/** Items in the order they should come: around the place, then the rest of the exam. */
export function byNearness(series, others) {
  const order = [series.items[series.at]];
  for (let far = 1; far < series.items.length; far += 1) {
    for (const at of [series.at + far, series.at - far]) if (series.items[at]) order.push(series.items[at]);
  }
  return order.concat(...others.map((other) => other.items));
}
