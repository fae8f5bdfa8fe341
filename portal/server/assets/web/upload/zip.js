// The entries of a ZIP, each found by its place: nothing is unpacked before it is asked for, and then one at a time.

const END = 0x06054b50;
const END_64 = 0x06064b50;
const PLACE_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const WHOLE = 0xffffffff;
const LONGEST_END = 22 + 0xffff;

export async function isZip(file) {
  const signature = await view(file, 0, 4);
  return signature !== null && signature.getUint32(0, true) === 0x04034b50;
}

/** Give `{ name, size, blob() }` of each entry; `blob` is null where it cannot be read. Throws `RangeError` for what is no ZIP. */
export async function entriesOf(file) {
  const { start, length, count } = await directory(file);
  const bytes = await view(file, start, length);
  const found = [];
  for (let at = 0; found.length < count && at + 46 <= length; ) {
    if (bytes.getUint32(at, true) !== ENTRY) throw new RangeError("no entry");
    const entry = entryAt(bytes, at);
    at = entry.next;
    if (!entry.name.endsWith("/")) found.push({ name: entry.name, size: entry.size, blob: entry.locked ? null : (most) => unpacked(file, entry, most) });
  }
  return found;
}

async function directory(file) {
  const from = Math.max(0, file.size - LONGEST_END);
  const tail = await view(file, from, file.size - from);
  for (let at = tail.byteLength - 22; at >= 0; at -= 1) {
    if (tail.getUint32(at, true) !== END) continue;
    const said = { count: tail.getUint16(at + 10, true), length: tail.getUint32(at + 12, true), start: tail.getUint32(at + 16, true) };
    const large = said.count === 0xffff || said.length === WHOLE || said.start === WHOLE;
    return large ? directory64(file, tail, at) : said;
  }
  throw new RangeError("no end");
}

async function directory64(file, tail, at) {
  if (at < 20 || tail.getUint32(at - 20, true) !== PLACE_64) throw new RangeError("no end");
  const end = await view(file, Number(tail.getBigUint64(at - 12, true)), 56);
  if (end === null || end.getUint32(0, true) !== END_64) throw new RangeError("no end");
  return { count: Number(end.getBigUint64(32, true)), length: Number(end.getBigUint64(40, true)), start: Number(end.getBigUint64(48, true)) };
}

function entryAt(bytes, at) {
  const [flags, method] = [bytes.getUint16(at + 8, true), bytes.getUint16(at + 10, true)];
  const [name, extra, comment] = [28, 30, 32].map((place) => bytes.getUint16(at + place, true));
  const said = { packed: bytes.getUint32(at + 20, true), size: bytes.getUint32(at + 24, true), place: bytes.getUint32(at + 42, true) };
  const words = new Uint8Array(bytes.buffer, bytes.byteOffset + at + 46, name);
  return {
    ...large(bytes, at + 46 + name, extra, said),
    method,
    locked: Boolean(flags & 1) || (method !== 0 && method !== 8),
    name: new TextDecoder().decode(words),
    next: at + 46 + name + extra + comment,
  };
}

/** What does not fit into 32 bits stands in a field of its own, in this order. */
function large(bytes, from, length, said) {
  for (let at = from; at + 4 <= from + length; at += 4 + bytes.getUint16(at + 2, true)) {
    if (bytes.getUint16(at, true) !== 1) continue;
    let place = at + 4;
    for (const key of ["size", "packed", "place"]) {
      if (said[key] !== WHOLE) continue;
      said[key] = Number(bytes.getBigUint64(place, true));
      place += 8;
    }
  }
  return said;
}

/** Unpack one entry; throws `RangeError` where it is larger than `most`, whatever it says of itself. */
async function unpacked(file, entry, most) {
  const head = await view(file, entry.place, 30);
  if (head === null) throw new RangeError("no entry");
  const start = entry.place + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = file.slice(start, start + entry.packed);
  if (entry.method === 0) return packed;
  let size = 0;
  const counted = new TransformStream({
    transform(piece, out) {
      size += piece.byteLength;
      if (size > most) throw new RangeError("too large");
      out.enqueue(piece);
    },
  });
  const plain = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).pipeThrough(counted);
  return new Response(plain).blob();
}

async function view(file, start, length) {
  if (start < 0 || start + length > file.size) return null;
  return new DataView(await file.slice(start, start + length).arrayBuffer());
}
