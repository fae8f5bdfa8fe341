// What has to be known of a DICOM file before it is sent: whose it is, of which study, its number (PS3.10, PS3.5).

const IMPLICIT = "1.2.840.10008.1.2";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";
const DEFLATED = "1.2.840.10008.1.2.1.99";
export const DICOMDIR = "1.2.840.10008.1.3.10";
const LONG = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
const LAST = 0x00200010;
const WANTED = {
  0x00080005: "character_set",
  0x00080016: "sop_class_uid",
  0x00080018: "sop_instance_uid",
  0x00100010: "patient_name",
  0x00100020: "patient_id",
  0x00100021: "issuer_of_patient_id",
  0x00100030: "patient_birth_date",
  0x00100040: "patient_sex",
  0x0020000d: "study_instance_uid",
};
const SETS = {
  ISO_IR_192: "utf-8",
  ISO_IR_100: "iso-8859-1",
  ISO_IR_101: "iso-8859-2",
  ISO_IR_109: "iso-8859-3",
  ISO_IR_110: "iso-8859-4",
  ISO_IR_144: "iso-8859-5",
  ISO_IR_127: "iso-8859-6",
  ISO_IR_126: "iso-8859-7",
  ISO_IR_138: "iso-8859-8",
  ISO_IR_148: "iso-8859-9",
  ISO_IR_203: "iso-8859-15",
  ISO_IR_13: "shift_jis",
  ISO_IR_166: "windows-874",
  GB18030: "gb18030",
  GBK: "gbk",
};

/** Read the facts of a file; null where it is none, or cannot be read this way. */
export function factsOf(buffer) {
  const bytes = new DataView(buffer);
  if (bytes.byteLength < 140 || letters(bytes, 128, 4) !== "DICM") return null;
  try {
    const meta = elements(bytes, 132, true, true, (tag) => tag >>> 16 === 2, { 0x00020010: "syntax" });
    const syntax = text(meta.facts.syntax);
    if (syntax === DEFLATED) return null;
    const found = elements(bytes, meta.at, syntax !== BIG_ENDIAN, syntax !== IMPLICIT, (tag) => tag < LAST, WANTED).facts;
    return decoded(found);
  } catch (error) {
    if (error instanceof RangeError) return null; // it ends in the middle of something
    throw error;
  }
}

function elements(bytes, start, little, explicit, wanted, names) {
  const facts = {};
  let at = start;
  while (at + 8 <= bytes.byteLength) {
    const tag = ((bytes.getUint16(at, little) << 16) | bytes.getUint16(at + 2, little)) >>> 0;
    if (!wanted(tag)) break;
    const { value, length } = explicit ? explicitAt(bytes, at, little) : { value: at + 8, length: bytes.getUint32(at + 4, little) };
    if (length === 0xffffffff) at = pastSequence(bytes, value, little, explicit);
    else {
      if (names[tag]) facts[names[tag]] = new Uint8Array(bytes.buffer, value, length);
      at = value + length;
    }
  }
  return { facts, at };
}

function explicitAt(bytes, at, little) {
  const long = LONG.has(letters(bytes, at + 4, 2));
  return long
    ? { value: at + 12, length: bytes.getUint32(at + 8, little) }
    : { value: at + 8, length: bytes.getUint16(at + 6, little) };
}

/** Go past a sequence without a length: to the delimiter on its own level. */
function pastSequence(bytes, start, little, explicit) {
  let at = start;
  for (;;) {
    const tag = ((bytes.getUint16(at, little) << 16) | bytes.getUint16(at + 2, little)) >>> 0;
    const length = bytes.getUint32(at + 4, little);
    if (tag === 0xfffee0dd) return at + 8;
    if (tag !== 0xfffee000) throw new RangeError("no item");
    at = length === 0xffffffff ? pastItem(bytes, at + 8, little, explicit) : at + 8 + length;
  }
}

function pastItem(bytes, start, little, explicit) {
  const inside = elements(bytes, start, little, explicit, (tag) => tag !== 0xfffee00d, {});
  return inside.at + 8;
}

function decoded(found) {
  const set = text(found.character_set).split("\\").map((each) => each.trim().replace(/^ISO 2022 IR /, "ISO_IR_").replace(/ /g, "_")).filter(Boolean);
  const decoder = new TextDecoder(found.patient_name?.includes(0x1b) ? "iso-2022-jp" : SETS[set[0]] || "windows-1252");
  const said = (name) => (found[name] ? decoder.decode(found[name]).replace(/[\0 ]+$/, "").trim() : "") || null;
  const uid = (name) => text(found[name]) || null;
  return {
    sop_class_uid: uid("sop_class_uid"),
    sop_instance_uid: uid("sop_instance_uid"),
    study_instance_uid: uid("study_instance_uid"),
    person: {
      patient_name: said("patient_name") ?? "",
      patient_birth_date: said("patient_birth_date"),
      patient_id: said("patient_id"),
      issuer_of_patient_id: said("issuer_of_patient_id"),
      patient_sex: said("patient_sex"),
    },
  };
}

function text(bytes) {
  return bytes ? String.fromCharCode(...bytes).replace(/[\0 ]+$/, "").trim() : "";
}

function letters(bytes, at, length) {
  return text(new Uint8Array(bytes.buffer, bytes.byteOffset + at, length));
}
