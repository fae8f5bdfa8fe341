"""The parent's side of decoding: plain calls that run in a worker process and come back as arrays and descriptions."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from core.job import Job
from core.workers import plain_json
from core.workers.answers import count, judged, number, text
from core.workers.worker import Answer, WorkerPool
from dicom.comparing.partial import Partial, PixelsAs, elements_agree, from_facts, pixels_agree
from dicom.decoding.wire import from_wire, to_wire
from dicom.description import MAX_FRAMES, Annotation, ObjectDescription, OverlayPlane, Window
from dicom.model import FileCode, Header, StoredHeader
from dicom.objects.explicit_form import ExplicitForm
from dicom.pixels.stored_frame import FrameBytes, StoredFrame
from dicom.reading.bytes_source import FileBytes, MemoryBytes, chunks
from dicom.source import Content, FrameRef

if TYPE_CHECKING:
    from dicom.showing.rendered import PictureType

Sameness = Literal["same-data-set", "same-image", "different"]
_LONG = 120.0
_DTYPES = frozenset(
    f"{order}{kind}" for order in "|<>" for kind in ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8")
)
_QUANTILES = 201
_MOST_CARRIED = 1 << 30  # bytes of one object in the window's memory


class Decoder:
    """Asks a pool of decode workers (`dicom.decode_tasks`). Thread-safe, as the pool is.

    Every method raises `DicomError` for the object, `WorkerError` for a worker that was lost over it, `SourceError` or
    `OSError` when the content cannot be opened, and `Cancelled`. Where the SOP Instance UID an object had before is
    handed in (`of`), another object in its place is refused with `DicomError("changed")`: a disc may have been swapped.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool

    def describe(self, content: Content, job: Job) -> ObjectDescription:
        """Say what an object is and how it wants to be shown."""
        answer = self._call("describe", content, job)
        with judged():
            return _checked(from_wire(ObjectDescription, answer.header["description"]))

    def frame(self, ref: FrameRef, job: Job, *, for_display: bool = False) -> StoredFrame:
        """Decode one frame's stored values, or what of them is to be seen (`for_display`).

        That is colour with an ICC profile as sRGB, and values held within BitsStored where a codec left it.
        """
        of = ref.sop_instance_uid
        answer = self._call("frame", ref.content, job, frame_index=ref.frame_index, for_display=for_display, of=of)
        header = answer.header
        with judged():
            photometric, marks = text(header["photometric_interpretation"]), _marks(header["marks"])
            return StoredFrame(_pixels(answer), photometric, marks, text(header["decoder"]))

    def overlays(self, ref: FrameRef, job: Job) -> list[tuple[OverlayPlane, NDArray[np.uint8]]]:
        """Read the overlay planes that lie over one frame, each as 0/1 bytes (rows, columns)."""
        answer = self._call("overlays", ref.content, job, frame_index=ref.frame_index, of=ref.sop_instance_uid)
        found: list[tuple[OverlayPlane, NDArray[np.uint8]]] = []
        start = 0
        with judged():
            for said in answer.header["planes"]:
                plane = from_wire(OverlayPlane, said)
                size = count(plane.rows) * count(plane.columns)
                bits = np.frombuffer(answer.data, np.uint8, size, start)
                found.append((plane, bits.reshape(plane.rows, plane.columns)))
                start += size
        return found

    def spread(self, ref: FrameRef, job: Job) -> tuple[float, ...]:
        """Say how the values of a grey frame are spread: 201 even quantiles after rescale, none where nothing is."""
        answer = self._call("spread", ref.content, job, frame_index=ref.frame_index, of=ref.sop_instance_uid)
        with judged():
            found = tuple(map(number, answer.header["spread"]))
            if len(found) > _QUANTILES or any(one > other for one, other in pairwise(found)):
                raise TypeError("spread")
            return found

    def thumbnail(
        self,
        content: Content,
        size: int,
        job: Job,
        *,
        of: str | None = None,
        frame_index: int | None = None,
        window: Window | None = None,
    ) -> NDArray[np.uint8]:
        """Draw a small picture that fits into `size` x `size`: uint8 grey (rows, columns) or RGB (rows, columns, 3).

        Without a frame index it is the one that stands for the object; `window` takes the place of the file's.
        """
        wish: dict[str, Any] = {"frame_index": frame_index, "window": to_wire(window), "size": size, "of": of}
        return _drawn(self._call("thumbnail", content, job, most_bytes=3 * size * size, **wish))

    def page(
        self, content: Content, page_index: int, width: int, job: Job, *, of: str | None = None
    ) -> NDArray[np.uint8]:
        """Draw one page (index from 0) of an encapsulated PDF as RGB."""
        return _drawn(self._call("page", content, job, page_index=page_index, width=width, of=of))

    def paper_pages(self, content: Content, job: Job) -> int:
        """Count the pages of a PDF that is no DICOM object; 0 if it cannot be opened."""
        answer = self._call("paper", content, job)
        with judged():
            return count(answer.header["pages"], MAX_FRAMES)

    def paper_page(self, content: Content, page_index: int, width: int, job: Job) -> NDArray[np.uint8]:
        """Draw one page (index from 0) of a PDF that is no DICOM object as RGB."""
        return _drawn(self._call("paper_page", content, job, page_index=page_index, width=width))

    def tags(self, content: Content, job: Job) -> dict[str, Any]:
        """List every element as DICOM JSON, group 0002 under "meta"."""
        answer = self._call("tags", content, job, cpu_seconds=_LONG, most_bytes=plain_json.LARGE.size)
        with judged():
            found: dict[str, Any] = plain_json.parse(bytes(answer.data), plain_json.LARGE)
            if not all(isinstance(element, dict) for element in found.values()):
                raise TypeError("tags")
            return found

    def metadata(self, content: Content, bulk_data: str, job: Job) -> bytes:
        """List every element as DICOM JSON in UTF-8; bulk data are addresses that begin with `bulk_data`."""
        return bytes(self._call("metadata", content, job, cpu_seconds=_LONG, bulk_data=bulk_data).data)

    def bulk_data(self, content: Content, steps: Sequence[int], job: Job) -> bytes | None:
        """Give one element's value, little-endian; `steps` are its tag, or tag, item (from 1), tag … down to it."""
        answer = self._call("bulk_data", content, job, steps=list(steps))
        with judged():
            return bytes(answer.data) if answer.header["found"] is True else None

    def rendered(
        self,
        content: Content,
        frame_index: int | None,
        kind: PictureType,
        job: Job,
        *,
        window: Window | None = None,
        region: tuple[float, float, float, float] | None = None,
        size: tuple[int, int] | None = None,
        annotation: Sequence[Annotation] = (),
        quality: int = 85,
    ) -> tuple[bytes, tuple[str, ...]]:
        """Draw one frame or page as PNG or JPEG, and say its marks; `None` is the frame that stands for the object.

        `window` takes the place of the file's; `region` is left, top, width and height of what is cut out
        (`dicom.rendered.cut_out`), `size` the width and height it is to fit into, `annotation` what is written in.
        """
        index = -1 if frame_index is None else frame_index
        answer = self._call(
            "rendered", content, job, frame_index=index, kind=kind, window=to_wire(window), region=region,
            size=size, annotation=list(annotation), quality=quality,
        )  # fmt: skip
        with judged():
            return bytes(answer.data), _marks(answer.header["marks"])

    def plain_frame(self, ref: FrameRef, job: Job) -> FrameBytes:
        """Give one frame as Explicit VR Little Endian has it, as `metadata` describe it."""
        return self._frame_bytes("plain_frame", ref, job)

    def codestream(self, ref: FrameRef, job: Job) -> FrameBytes:
        """Give one frame as it is stored, compressed; `DicomError("no-pixels")` where it is not."""
        return self._frame_bytes("codestream", ref, job)

    def _frame_bytes(self, task: str, ref: FrameRef, job: Job) -> FrameBytes:
        answer = self._call(task, ref.content, job, frame_index=ref.frame_index, of=ref.sop_instance_uid)
        with judged():
            frames = count(answer.header["frames"], MAX_FRAMES)
            return FrameBytes(bytes(answer.data), _marks(answer.header["marks"]), frames)

    def qr_texts(self, content: Content, job: Job) -> list[str]:
        """Read the QR codes in a picture that is no DICOM object."""
        answer = self._call("qr_texts", content, job)
        with judged():
            return [text(said) for said in answer.header["texts"]]

    def explicit_form(self, content: Content, job: Job) -> ExplicitForm | None:
        """Write an Implicit VR Little Endian object with explicit VRs; None for one that is not such."""
        answer = self._call("explicit_form", content, job, cpu_seconds=_LONG)
        if answer.header["head"] is None:
            return None
        with judged():
            data, said = bytes(answer.data), answer.header
            head, offset, length = (count(said[name]) for name in ("head", "offset", "length"))
            if head > len(data):
                raise TypeError("head")
            return ExplicitForm(data[:head], offset, length, data[head:])

    def stored_header(self, content: Content, job: Job) -> StoredHeader:
        """Read what a server keeps of an object it was sent."""
        answer = self._call("stored_header", content, job)
        with judged():
            return from_wire(StoredHeader, answer.header["stored"])

    def compare(self, one: Content, other: Content, job: Job) -> Sameness:
        """Say how two objects whose bytes differ relate: same data set, same image in other wrapping, or different."""
        first, second = (self._fingerprint("data_set_fingerprint", content, job) for content in (one, other))
        with judged():
            if all(first[part] == second[part] for part in ("attributes", "pixels")):
                return "same-data-set"
            if first["attributes_of_image"] != second["attributes_of_image"] or not first["pixels"]:
                return "different"
        try:
            pixels = [self._fingerprint("pixel_fingerprint", content, job) for content in (one, other)]
        except DicomError:
            return "different"
        return "same-image" if pixels[0] == pixels[1] else "different"

    def partial(self, content: Content, pixels: PixelsAs, phase: int | None, job: Job) -> Partial:
        """Look at an object as far as it goes, to compare a damaged one with a whole one."""
        answer = self._call("partial", content, job, cpu_seconds=_LONG, pixels=pixels, phase=phase)
        with judged():
            return from_facts(answer.header, bytes(answer.data))

    def holds_all_of(self, whole: Content, damaged: Content, job: Job, *, known: bool = True) -> bool:
        """Say whether a whole object is the same image as a damaged one, in whatever wrapping each is.

        One that is not `known` to be damaged must lack its pixels: cut between two elements, a file looks whole.
        """
        found = self.partial(damaged, "stored", None, job)
        other = self.partial(whole, "stored", found.phase, job)
        if not elements_agree(found, other) or not found.elements:
            return False
        if not found.codec or not known:  # it ends before its pixels, or neither has any
            return not found.codec and (bool(other.codec) or (known and found.cut))
        if found.codec != other.codec:
            found, other = (self.partial(content, "decoded", 0, job) for content in (damaged, whole))
        return bool(other.codec) and pixels_agree(found, other)

    def reduced_of(self, one: Content, other: Content, job: Job) -> Literal["one", "other"] | None:
        """Say which of two images is a reduced copy of the other."""
        from dicom.comparing.reduced import reduced_of

        return reduced_of(self, one, other, job)

    def damage_of(self, content: Content, job: Job) -> FileCode | None:
        """Say what an object lacks, if anything."""
        marks = self.describe(content, job).marks
        return "truncated" if "truncated" in marks else "header-damaged" if "header-damaged" in marks else None

    def salvage_header(self, content: Content, job: Job) -> Header:
        """Read a header that the bounded header reader could not settle."""
        answer = self._call("salvage_header", content, job)
        with judged():
            return from_wire(Header, answer.header["header"])

    def check_codecs(self, job: Job) -> list[tuple[str, str, str, bool]]:
        """Decode a small frame per transfer syntax in a worker: UID, name, the decoder that answered, whether right."""
        answer = self._pool.call("check_codecs", {}, job=job)
        with judged():
            rows = answer.header["codecs"]
            return [(text(uid), text(name), text(decoder), right is True) for uid, name, decoder, right in rows]

    def _fingerprint(self, task: str, content: Content, job: Job) -> dict[str, Any]:
        return self._call(task, content, job, cpu_seconds=_LONG).header

    def _call(
        self,
        task: str,
        content: Content,
        job: Job,
        cpu_seconds: float = 20.0,
        most_bytes: int | None = None,
        **arguments: Any,
    ) -> Answer:
        job.check()
        arguments["key"] = content.key
        with content.open() as opened:
            descriptor = _descriptor(opened)
            data = _bounded(opened) if descriptor is None else None
            if descriptor is not None:
                arguments["key"] += _file_stamp(descriptor)
            subject = _Bytes(descriptor, data, job)
            return self._pool.call(
                task,
                arguments,
                job=job,
                data=data,
                file=descriptor,
                cpu_seconds=cpu_seconds,
                subject=subject,
                most_bytes=most_bytes,
            )


class _Bytes:
    """The bytes of one object as what a worker dies over, whatever they are called."""

    def __init__(self, descriptor: int | None, data: bytes | None, job: Job) -> None:
        self._descriptor = descriptor
        self._data = data
        self._job = job

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self._data or b"") if self._descriptor is None else os.fstat(self._descriptor).st_size

    def digest(self) -> str:
        """Hash them all."""
        source = MemoryBytes(self._data or b"") if self._descriptor is None else FileBytes(self._descriptor)
        digest = hashlib.sha256()
        for piece in chunks(source, 0, source.size, self._job.check):
            digest.update(piece)
        return digest.hexdigest()


def _descriptor(opened: BinaryIO) -> int | None:
    """Return the descriptor of a real file; an entry of an archive has none that means its own bytes."""
    if not isinstance(opened, io.BufferedReader | io.FileIO | io.BufferedRandom):
        return None
    raw = getattr(opened, "raw", opened)
    if not isinstance(raw, io.FileIO):
        return None
    return opened.fileno()


def _file_stamp(descriptor: int) -> str:
    """Tell two files of one name apart for what a worker remembers of them."""
    status = os.fstat(descriptor)
    return f"\0{status.st_dev}:{status.st_ino}:{status.st_mtime_ns}"


def _bounded(opened: BinaryIO) -> bytes:
    """Read an entry of an archive, which has to be carried over whole."""
    data = opened.read(_MOST_CARRIED + 1)
    if len(data) > _MOST_CARRIED:
        raise DicomError("refused-limit", limit=_MOST_CARRIED)
    return data


def _checked(said: ObjectDescription) -> ObjectDescription:
    """Believe no number by which this process would make lists: frames are counted, and each has its place."""
    numbers = (said.rows, said.columns, said.number_of_frames, said.samples_per_pixel, said.bits_allocated)
    if min(numbers) < 0 or said.number_of_frames > MAX_FRAMES or len(said.frame_infos) > MAX_FRAMES:
        raise ValueError(numbers)
    return said


def _pixels(answer: Answer) -> NDArray[Any]:
    header = answer.header
    with judged():
        if header["dtype"] not in _DTYPES or len(header["shape"]) not in (2, 3):
            raise TypeError(header)
        return np.frombuffer(answer.data, header["dtype"]).reshape([count(size) for size in header["shape"]])


def _drawn(answer: Answer) -> NDArray[np.uint8]:
    """Give a picture that goes to the screen as it is: its bytes are read by a library that trusts its shape."""
    pixels = _pixels(answer)
    with judged():
        if pixels.dtype != np.uint8 or 0 in pixels.shape or (pixels.ndim == 3 and pixels.shape[2] != 3):
            raise TypeError(pixels.shape)
    return pixels


def _marks(said: Any) -> tuple[str, ...]:
    return tuple(map(text, said))
