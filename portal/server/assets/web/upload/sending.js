// One study on its way: told of, sent file by file, and proved. The portal's own list decides, no answer in between.

import { MOST_BYTES } from "./reading.js";

const BOUNDARY = "part-of-an-upload";
const TYPE = `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`;

/**
 * Send a study; `tell(here, of)` after each file. Gives `{ exam, here, of, refused, conflicts }` once the portal has read
 * all of it again. `confirmed` is the person's word that it is theirs. What went wrong is thrown as `Problem`, and what
 * has arrived stays: the same again goes on where it ended.
 */
export async function sendStudy(api, study, confirmed, signal, tell) {
  const all = [...study.items.values()];
  const told = await announce(api, study, all, confirmed, [], signal);
  const missing = new Set(told.missing);
  const [refused, conflicts] = [new Set(), new Set(told.conflicts)];
  let here = all.length - missing.size - conflicts.size;
  tell(here, all.length);
  for (const item of all.filter(({ uid }) => missing.has(uid))) {
    signal.throwIfAborted();
    if (await store(api, study, item, signal)) tell((here += 1), all.length);
    else refused.add(item.uid);
  }
  const taken = all.filter(({ uid }) => !refused.has(uid) && !conflicts.has(uid));
  if (!taken.length) return { exam: null, here: 0, of: all.length, refused: refused.size, conflicts: conflicts.size };
  const left = [...[...refused].map((uid) => ["refused", uid]), ...[...conflicts].map((uid) => ["kept-other", uid])];
  const last = left.length ? await announce(api, study, taken, confirmed, left, signal) : told;
  const receipt = await api.send("POST", `/api/v1/uploads/${encodeURIComponent(last.id)}/complete`);
  return { exam: receipt.exam_id, here: proved(receipt, taken), of: all.length, refused: refused.size, conflicts: conflicts.size };
}

function announce(api, study, items, confirmed, left, signal) {
  signal.throwIfAborted();
  return api.send("POST", "/api/v1/uploads", {
    study_instance_uid: study.uid,
    person: study.person,
    items: items.map(({ uid, size, sha256 }) => ({ sop_instance_uid: uid, size, sha256 })),
    person_confirmed: confirmed,
    left_out: left.length ? left.map(([code, uid]) => ({ code, sop_instance_uid: uid, images: 1 })) : null,
  });
}

/** Send one file; gives whether the portal says it has it. A connection that was lost is thrown. */
async function store(api, study, item, signal) {
  const file = await item.source.blob(MOST_BYTES);
  const head = `--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`;
  const body = new Blob([head, file, `\r\n--${BOUNDARY}--\r\n`]);
  const headers = api.headers({ Accept: "application/dicom+json", "Content-Type": TYPE });
  try {
    const answer = await api.ask(`/dicomweb/studies/${encodeURIComponent(study.uid)}`, { method: "POST", headers, body, signal });
    const said = await answer.json();
    return (said["00081199"]?.Value || []).some((each) => each["00081155"]?.Value?.[0] === item.uid);
  } catch (problem) {
    if (problem.status === 409 || problem.status === 413 || problem.status === 400) return false;
    throw problem;
  }
}

/** How many of these the portal read again and found to be the same, byte for byte. */
function proved(receipt, items) {
  const kept = new Map(receipt.instances.map((each) => [each.sop_instance_uid, each.sha256]));
  return items.filter(({ uid, sha256 }) => kept.get(uid) === sha256).length;
}
