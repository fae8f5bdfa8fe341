// What was chosen, looked through file by file: what is DICOM is hashed, everything else is left aside and named.

import { DICOMDIR, factsOf } from "./dicom.js";
import { entriesOf, isZip } from "./zip.js";

export const MOST_BYTES = 512 * 2 ** 20; // one file is hashed whole, in memory

/** Read chosen files; `tell(read, of)` after each. Gives `{ studies, aside }`: studies by UID, what is left aside with why. */
export async function lookThrough(files, signal, tell) {
  const found = { studies: new Map(), aside: [] };
  const sources = [];
  for (const file of files) sources.push(...(await sourcesOf(file, found.aside)));
  for (const [read, source] of sources.entries()) {
    signal.throwIfAborted();
    await look(source, found);
    tell(read + 1, sources.length);
  }
  return found;
}

/** One source for a file, one for each entry of a ZIP. */
async function sourcesOf(file, aside) {
  const name = file.webkitRelativePath || file.name;
  if (!(await isZip(file))) return [{ name, size: file.size, blob: async () => file }];
  try {
    return await entriesOf(file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    aside.push({ name, why: "unreadable" });
    return [];
  }
}

async function look(source, { studies, aside }) {
  const read = await readWhole(source);
  if (read.why) {
    aside.push({ name: source.name, why: read.why });
    return;
  }
  const { facts, buffer } = read;
  const study = studies.get(facts.study_instance_uid) || { uid: facts.study_instance_uid, person: facts.person, items: new Map() };
  studies.set(study.uid, study);
  const item = { uid: facts.sop_instance_uid, size: buffer.byteLength, sha256: await hash(buffer), source, person: facts.person };
  const before = study.items.get(item.uid);
  if (before && before.sha256 !== item.sha256) aside.push({ name: source.name, why: "conflict" });
  else study.items.set(item.uid, before || item);
}

async function readWhole(source) {
  if (source.blob === null) return { why: "locked" };
  if (source.size > MOST_BYTES) return { why: "too-large" };
  let buffer;
  try {
    buffer = await (await source.blob(MOST_BYTES)).arrayBuffer();
  } catch {
    return { why: "unreadable" };
  }
  const facts = factsOf(buffer);
  if (facts === null || facts.sop_class_uid === DICOMDIR) return { why: "other" };
  return facts.sop_instance_uid && facts.study_instance_uid ? { facts, buffer } : { why: "unreadable" };
}

async function hash(buffer) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether all files of a study say the same of whose they are. */
export function isOfOne(study) {
  return new Set([...study.items.values()].map(({ person }) => JSON.stringify(person))).size === 1;
}
