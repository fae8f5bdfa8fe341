// A viewer of another origin: Cornerstone3D's image loader and dicomweb-client ask the portal, and hand back what they got.
import * as core from "@cornerstonejs/core";
import loader from "@cornerstonejs/dicom-image-loader";
import { api } from "dicomweb-client";

const METADATA = loader.wadors.metaDataManager;

function bytesOf(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

// Palettes are words in binary; viewers read them so (the loader's own provider knows numbers only).
function palettes(type, imageId) {
  if (type !== "imagePixelModule") return undefined;
  const said = METADATA.get(imageId);
  if (!said?.["00281201"]) return undefined;
  const module = loader.wadors.metaData.metaDataProvider(type, imageId);
  for (const [color, tag] of [["red", "00281201"], ["green", "00281202"], ["blue", "00281203"]]) {
    const bytes = bytesOf(said[tag].InlineBinary);
    module[`${color}PaletteColorLookupTableData`] = new Uint16Array(bytes.buffer);
  }
  return module;
}

async function frames(base, token, names, wanted, accept) {
  const headers = { Authorization: `Bearer ${token}` };
  loader.init({
    maxWebWorkers: 1,
    beforeSend: () => (accept ? { ...headers, Accept: accept } : headers),
  });
  core.metaData.addProvider(palettes, 20000);
  const client = new api.DICOMwebClient({ url: base, headers });
  const [metadata] = await client.retrieveInstanceMetadata(names);
  const path = `${base}/studies/${names.studyInstanceUID}/series/${names.seriesInstanceUID}`;
  METADATA.add(`wadors:${path}/instances/${names.sopInstanceUID}/frames/1`, metadata); // of all frames
  const seen = [];
  for (const frame of wanted) {
    const imageId = `wadors:${path}/instances/${names.sopInstanceUID}/frames/${frame}`;
    METADATA.add(imageId, metadata);
    const image = await core.imageLoader.loadImage(imageId, { useRGBA: false, preScale: { enabled: false } });
    const pixels = image.getPixelData();
    seen.push({
      rows: image.rows, columns: image.columns, color: image.color, kind: pixels.constructor.name,
      syntax: image.transferSyntaxUID, pixels: Array.from(pixels),
    });
  }
  return seen;
}

window.portalTest = {
  async run(question) {
    await core.init();
    return frames(question.base, question.token, question.names, question.frames, question.accept);
  },
  // What the client of the same name for JavaScript makes of one instance.
  async client({ base, token, names, bulkData }) {
    const client = new api.DICOMwebClient({ url: base, headers: { Authorization: `Bearer ${token}` } });
    const sizes = (buffers) => buffers.map((buffer) => buffer.byteLength);
    const study = { studyInstanceUID: names.studyInstanceUID };
    return {
      studies: (await client.searchForStudies({ queryParams: { PatientName: "muell*", includefield: "00080016" } })).length,
      series: (await client.searchForSeries(study)).length,
      metadata: (await client.retrieveStudyMetadata(study)).length,
      instance: (await client.retrieveInstance(names)).byteLength,
      frames: sizes(await client.retrieveInstanceFrames({ ...names, frameNumbers: [1, 2] })),
      bulkData: sizes(await client.retrieveBulkData({ BulkDataURI: bulkData })),
    };
  },
};
