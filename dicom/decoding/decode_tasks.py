"""What a decode worker can do: each task gets one object's bytes and answers with plain data and pixels."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import DicomError
from core.workers import plain_json
from core.workers.task import Reply, Task, TaskCall
from dicom.clips.video import Clips
from dicom.comparing.fingerprint import data_set_fingerprint, pixel_fingerprint
from dicom.comparing.partial import to_facts
from dicom.comparing.partial_reading import read_partial
from dicom.decoding import qr_codes
from dicom.decoding.codec_check import check_codecs, check_decoders
from dicom.decoding.wire import from_wire, to_wire
from dicom.description import Window
from dicom.objects.documents import MAX_DOCUMENT, count_pages, document_bytes, render_page
from dicom.objects.explicit_vr import explicit_form
from dicom.objects.metadata import bulk_value, data_set_metadata
from dicom.objects.opened import OpenedObject, OpenedObjects, byte_source
from dicom.objects.overlay_reading import read_overlays
from dicom.objects.salvage import salvaged_header
from dicom.objects.stored_header import read_stored_header
from dicom.objects.tags import data_set_tags
from dicom.pixels.frames import read_frame, stored_codestream
from dicom.pixels.plain_frame import plain_bytes, plain_form, plain_frame
from dicom.pixels.stored_frame import StoredFrame
from dicom.reading.bytes_source import ByteSource
from dicom.reading.dataset import open_data_set
from dicom.showing import rendered
from dicom.showing.annotation import annotated, patient_lines, technique_lines
from dicom.showing.colour import is_colour, to_rgb8
from dicom.showing.display import picture
from dicom.showing.icc import check_profiles, to_srgb
from dicom.showing.resample import fit, pixel_shape
from dicom.showing.windows import greys
from dicom.text import character_set as text

if TYPE_CHECKING:
    from numpy.typing import NDArray

Arguments = dict[str, Any]
_THUMBNAIL_PAGE_WIDTH = 320


class DecodeTasks:
    """The tasks of one worker, and what it remembers from one call to the next."""

    def __init__(self) -> None:
        self._opened = OpenedObjects()
        self._clips = Clips()

    def tasks(self) -> dict[str, Task]:
        """Name the tasks."""
        return {
            "describe": self.describe,
            "frame": self.frame,
            "overlays": self.overlays,
            "spread": self.spread,
            "thumbnail": self.thumbnail,
            "page": self.page,
            "paper": self.paper,
            "paper_page": self.paper_page,
            "tags": self.tags,
            "metadata": self.metadata,
            "rendered": self.rendered,
            "codestream": self.codestream,
            "plain_frame": self.plain_frame,
            "bulk_data": self.bulk_data,
            "stored_header": self.stored_header,
            "explicit_form": self.explicit_form,
            "qr_texts": self.qr_texts,
            "data_set_fingerprint": self.data_set_fingerprint,
            "pixel_fingerprint": self.pixel_fingerprint,
            "partial": self.partial,
            "salvage_header": self.salvage_header,
            "check_codecs": self.check_codecs,
        }

    def describe(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Describe one object."""
        opened, _source = self._open(arguments, call)
        return {"description": to_wire(opened.description)}

    def frame(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Decode one frame's stored values."""
        opened, source = self._open(arguments, call)
        index = int(arguments["frame_index"])
        if arguments.get("for_display"):
            frame = self._shown(arguments, call, opened, source, index)
        else:
            frame = self._frame(arguments, call, opened, source, index)
        header = {
            "photometric_interpretation": frame.photometric_interpretation,
            "marks": list(frame.marks),
            "decoder": frame.decoder,
        }
        return _with_pixels(header, frame.pixels)

    def overlays(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Read the overlay planes of one frame, one after the other as 0/1 bytes."""
        opened, source = self._open(arguments, call)
        planes = read_overlays(open_data_set(source), opened, source, int(arguments["frame_index"]))
        header = {"planes": [to_wire(plane) for plane, _bits in planes]}
        return header, b"".join(np.ascontiguousarray(bits).tobytes() for _plane, bits in planes)

    def spread(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Say how the values of one frame are spread."""
        opened, source = self._open(arguments, call)
        index = int(arguments["frame_index"])
        frame = self._shown(arguments, call, opened, source, index)
        return {"spread": list(greys.spread_of(frame, opened.description, index))}

    def thumbnail(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Draw a small picture of one frame of the object, else its middle one, or of its first page."""
        opened, source = self._open(arguments, call)
        size = int(arguments["size"])
        said = opened.description
        if said.kind == "pdf":
            return _with_pixels({}, fit(self._page(source, 0, _THUMBNAIL_PAGE_WIDTH), size, size))
        index = rendered.middle(said) if arguments.get("frame_index") is None else int(arguments["frame_index"])
        frame = self._shown(arguments, call, opened, source, index)
        window = None if arguments.get("window") is None else from_wire(Window, arguments["window"])
        return _with_pixels({}, picture(frame, said, index, window=window, size=(size, size)).pixels)

    def page(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Draw one page of an encapsulated PDF."""
        _opened, source = self._open(arguments, call)
        return _with_pixels({}, self._page(source, int(arguments["page_index"]), int(arguments["width"])))

    def paper(self, _arguments: Arguments, call: TaskCall) -> Reply:
        """Count the pages of a PDF that is no DICOM object."""
        return {"pages": count_pages(_paper(call))}

    def paper_page(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Draw one page of a PDF that is no DICOM object."""
        return _with_pixels({}, render_page(_paper(call), int(arguments["page_index"]), int(arguments["width"])))

    def tags(self, _arguments: Arguments, call: TaskCall) -> Reply:
        """List every element as DICOM JSON."""
        found = json.dumps(data_set_tags(byte_source(call.file, call.data), call.check)).encode()
        if not plain_json.fits(found, plain_json.LARGE):
            raise DicomError("refused-limit", limit=plain_json.LARGE.size)
        return {}, found

    def metadata(self, arguments: Arguments, call: TaskCall) -> Reply:
        """List every element as DICOM JSON, written out; bulk data as addresses below "bulk_data"."""
        found = data_set_metadata(byte_source(call.file, call.data), str(arguments["bulk_data"]), call.check)
        return {}, found.encode("utf-8", "replace")

    def bulk_data(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Give the value of one element, wherever it lies, in little-endian order."""
        value = bulk_value(byte_source(call.file, call.data), [int(step) for step in arguments["steps"]])
        return {"found": value is not None}, value or b""

    def rendered(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Draw one frame, or one page, as PNG or JPEG; "frame_index" -1 is the one that stands for the object."""
        opened, source = self._open(arguments, call)
        said, index = opened.description, int(arguments["frame_index"])
        size, region = rendered.whole(_pair(arguments.get("size"))), arguments.get("region")
        marks, used, shape = said.marks, None, (1.0, 1.0)
        if said.kind == "pdf":
            width = size[0] if size and region is None else rendered.PAGE_WIDTH
            index = max(index, 0)
            pixels = self._page(source, index, width)
        else:
            index = rendered.middle(said) if index < 0 else index
            frame = self._shown(arguments, call, opened, source, index)
            window = None if arguments.get("window") is None else from_wire(Window, arguments["window"])
            drawn = picture(frame, said, index, window=window)
            pixels, used, marks, shape = drawn.pixels, drawn.window, (*marks, *frame.marks), pixel_shape(said, index)
        pixels = rendered.cut_out(pixels, region)
        pixels = pixels if size is None else fit(pixels, *size, shape)
        if words := arguments.get("annotation"):
            above = patient_lines(said) if "patient" in words else []
            below = technique_lines(said, index, used) if "technique" in words else []
            pixels, left_out = annotated(pixels, above, below)
            marks = (*marks, *left_out)
        written = rendered.encode(pixels, arguments["kind"], int(arguments["quality"]))
        return {"marks": list(dict.fromkeys(marks))}, written

    def codestream(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Give one frame as it is stored, compressed."""
        opened, source = self._open(arguments, call)
        layout = opened.pixel_layout()
        data = stored_codestream(source, layout, int(arguments["frame_index"]))
        return {"marks": list(layout.marks), "frames": layout.frames}, data

    def plain_frame(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Give one frame's bytes as Explicit VR Little Endian has them."""
        opened, source = self._open(arguments, call)
        layout, index = opened.pixel_layout(), int(arguments["frame_index"])
        if layout.codec == "video":
            frame = self._frame(arguments, call, opened, source, index)
            data, marks = plain_bytes(frame, plain_form(source, layout)), frame.marks
        else:
            data, marks = plain_frame(source, layout, index)
        return {"marks": list(dict.fromkeys(marks)), "frames": layout.frames}, data

    def qr_texts(self, _arguments: Arguments, call: TaskCall) -> Reply:
        """Read the QR codes in a picture that is no DICOM object."""
        source = byte_source(call.file, call.data)
        return {"texts": qr_codes.qr_texts(source.read_at(0, min(source.size, qr_codes.MOST_BYTES + 1)))}

    def explicit_form(self, _arguments: Arguments, call: TaskCall) -> Reply:
        """Write an Implicit VR Little Endian object with explicit VRs, around its pixel data."""
        form = explicit_form(byte_source(call.file, call.data), call.check)
        if form is None:
            return {"head": None}
        return {"head": len(form.head), "offset": form.offset, "length": form.length}, form.head + form.tail

    def stored_header(self, _arguments: Arguments, call: TaskCall) -> Reply:
        """Read what a server keeps of an object it was sent."""
        return {"stored": to_wire(read_stored_header(byte_source(call.file, call.data)))}

    def data_set_fingerprint(self, _arguments: Arguments, call: TaskCall) -> Reply:
        """Hash the data set, free of meta group and encoding."""
        return data_set_fingerprint(byte_source(call.file, call.data), call.check)

    def pixel_fingerprint(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Hash every frame's stored values."""
        opened, source = self._open(arguments, call)
        return pixel_fingerprint(opened, source, call)

    def partial(self, arguments: Arguments, call: TaskCall) -> Reply:
        """Look at a damaged object, or at the whole one it is compared with."""
        source = byte_source(call.file, call.data)
        return to_facts(read_partial(source, arguments["pixels"], arguments["phase"], call.check))

    def salvage_header(self, _arguments: Arguments, call: TaskCall) -> Reply:
        """Read what the bounded header reader could not settle."""
        return {"header": to_wire(salvaged_header(byte_source(call.file, call.data)))}

    def check_codecs(self, _arguments: Arguments, _call: TaskCall) -> Reply:
        """Decode one small frame per transfer syntax, and one with every decoder."""
        decoders = [
            {"codec": codec, "decoder": decoder, "ok": right, "detail": "" if right else "did not answer"}
            for codec, decoder, right in (*check_decoders(), ("colour profiles", "imagecodecs.cms", check_profiles()))
        ]
        return {"codecs": [list(row) for row in check_codecs()], "decoders": decoders}

    def _open(self, arguments: Arguments, call: TaskCall) -> tuple[OpenedObject, ByteSource]:
        opened, source = self._opened.open(
            str(arguments.get("key", "")), byte_source(call.file, call.data), _looking(call)
        )
        if arguments.get("of") not in (None, opened.description.sop_instance_uid):
            raise DicomError("changed")
        return opened, source

    def _frame(
        self,
        arguments: Arguments,
        call: TaskCall,
        opened: OpenedObject,
        source: ByteSource,
        index: int,
        *,
        for_display: bool = False,
    ) -> StoredFrame:
        layout = opened.pixel_layout()
        if layout.codec == "video":
            key = str(arguments.get("key", ""))
            return self._clips.frame(key, source, layout, index, opened.clip_index, _looking(call))
        return read_frame(source, layout, index, for_display=for_display)

    def _shown(
        self, arguments: Arguments, call: TaskCall, opened: OpenedObject, source: ByteSource, index: int
    ) -> StoredFrame:
        return managed_colour(self._frame(arguments, call, opened, source, index, for_display=True), opened)

    def _page(self, source: ByteSource, index: int, width: int) -> NDArray[Any]:
        data = document_bytes(open_data_set(source))
        if data is None:
            raise DicomError("no-pixels")
        return render_page(data, index, width)


def _looking(call: TaskCall) -> Callable[[int], None]:
    """Bound each picture of a clip by itself: a long way to the wanted one is no hang, and can be left."""

    def look(number: int) -> None:
        call.check()
        call.working_on(number)

    return look


def _paper(call: TaskCall) -> bytes:
    source = byte_source(call.file, call.data)
    if source.size > MAX_DOCUMENT:
        raise DicomError("refused-limit", limit=MAX_DOCUMENT)
    return source.read_at(0, source.size)


def managed_colour(frame: StoredFrame, opened: OpenedObject) -> StoredFrame:
    """Return colour with an ICC profile as sRGB, marked where the profile cannot be used; other frames as they are."""
    if opened.icc_profile is None or not is_colour(frame.pixels, frame.photometric_interpretation):
        return frame
    rgb = to_rgb8(frame.pixels, frame.photometric_interpretation, opened.description)
    managed = to_srgb(rgb, opened.icc_profile)
    marks = frame.marks if managed is not None else (*frame.marks, "icc-profile-not-usable")
    return StoredFrame(rgb if managed is None else managed, "RGB", marks, frame.decoder)


def _pair(numbers: Any) -> tuple[float, float] | None:
    return None if numbers is None else (float(numbers[0]), float(numbers[1]))


def _with_pixels(header: dict[str, Any], pixels: NDArray[Any]) -> tuple[dict[str, Any], bytes | memoryview]:
    data = np.ascontiguousarray(pixels)
    described = header | {"shape": list(data.shape), "dtype": data.dtype.str}
    return described, data.tobytes() if data.nbytes < 4096 else data.data.cast("B")


def warm_up() -> None:
    """Touch everything that is imported late, before the sandbox closes: each codec decodes one small frame."""
    logging.getLogger("pypdfium2").setLevel(logging.CRITICAL + 1)
    check_codecs()
    check_decoders()
    check_profiles()
    rendered.warm_up()
    greys.warm_up()
    text.warm_up()
    qr_codes.warm_up()


TASKS = DecodeTasks().tasks()
