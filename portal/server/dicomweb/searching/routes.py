"""Where studies, series and instances are searched."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response

from dicom.reading.keywords import tag_of
from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.answers.uids import Uid
from portal.server.base.problems import Problem
from portal.server.dicomweb.messages.data_set_lists import list_answer, list_offer
from portal.server.dicomweb.messages.dicom_json import DicomJson, Json
from portal.server.dicomweb.messages.metadata_only import without_contents
from portal.server.dicomweb.searching.attributes import ALL, BY_NAME, LEVELS, Level
from portal.server.dicomweb.searching.qido import Found, Query, search
from portal.server.objects.soundness import Unsound
from portal.server.pictures.renderer import Renderer
from portal.server.services import Services
from portal.wire.addresses import DICOMWEB_PATH

# Parameters that are no attributes; what else is not known is told in a warning, as PS3.18 10.6 wants.
_OURS = frozenset(
    {"limit", "offset", "includefield", "fuzzymatching", "emptyvaluematching", "multiplevaluematching", "accept"}
)
_LONGEST = 20_000
_MOST_READ = 200  # answers of a page for which objects have to be read
_UNKNOWN = "Some search parameters are not supported and were left out"
_PRIVATE = {"Cache-Control": "private, no-store"}
_NOTHING: dict[int | str, dict[str, str]] = {204: {"description": "Nothing was found."}}


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, what it wants to be told beyond what a search tells (tags), and what has to be said about it."""

    query: Query
    fields: tuple[str, ...]
    warnings: list[str]


class Searches:
    """Answers searches."""

    def __init__(self, services: Services, renderer: Renderer) -> None:
        self._services = services
        self._renderer = renderer
        self._base = services.settings.public_url.rstrip("/") + DICOMWEB_PATH

    async def answer(self, request: Request, caller: Caller, level: Level, below: Mapping[str, str]) -> Response:
        """Answer one search: 204 where nothing was found, `Warning: 299` where there is more or something unknown."""
        offer = list_offer(request)
        asked = self._asked(request, level, below)
        found = await run_sync(self._search, caller, asked.query)
        warnings = list(asked.warnings)
        if found.more:
            warnings.append(f"There are {found.more} additional results that can be requested")
        headers = dict(_PRIVATE)
        if warnings:
            headers["Warning"] = ", ".join(f'299 scanshelf "{warning}"' for warning in warnings)
        if not found.answers:
            return Response(status_code=204, headers=headers)
        return await list_answer(request, offer, self._told(found, asked.fields, caller), 200, headers)

    def _search(self, caller: Caller, query: Query) -> Found:
        with self._services.database.reading() as session:
            return search(session, caller, query, self._base, self._services.clock())

    async def _told(self, found: Found, fields: Sequence[str], caller: Caller) -> AsyncIterator[bytes]:
        """Write the answers; what the database does not know is read from an object of each."""
        for answer, sha256 in zip(found.answers, found.objects, strict=True):
            more: Json = {}
            if fields:
                address = f"{answer['00081190']['Value'][0]}/bulkdata/"
                said = await self._said(sha256, address, caller)
                more = {tag: said[tag] for tag in fields if tag in said and "BulkDataURI" not in said[tag]}
            written = json.dumps(dict(sorted((more | answer).items())), ensure_ascii=False, separators=(",", ":"))
            yield written.encode()

    async def _said(self, sha256: str, address: str, caller: Caller) -> Json:
        """Read an object; one that cannot be read, which is told where it is asked for itself, tells nothing more."""
        try:
            written = await self._renderer.metadata(sha256, address, caller.name)
            said: Json = json.loads(written if caller.allow_download else without_contents(written, address))
        except (Problem, Unsound):
            return {}
        return said

    def _asked(self, request: Request, level: Level, below: Mapping[str, str]) -> Asked:
        said = request.query_params
        if len(str(said)) > _LONGEST:
            raise Problem("invalid-request", reason="too-long")
        matches: dict[str, str] = {}
        unknown = False
        for name, wanted in said.multi_items():
            keyword = _keyword(name)
            if keyword is not None:
                matches[keyword] = f"{matches[keyword]},{wanted}" if keyword in matches else wanted
            else:
                unknown = unknown or name.lower() not in _OURS
        fields, unknown_fields = _fields(said.getlist("includefield"), level)
        conflict = sorted(name for name in below if matches.get(name, "") not in ("", below[name]))
        if conflict:
            raise Problem("invalid-request", fields=[{"field": f"query.{conflict[0]}", "reason": "path"}])
        most = self._services.settings.limits.page_most
        most = min(most, _MOST_READ) if fields else most
        limit = min(_number(said.get("limit"), "limit", most), most)
        fuzzy = said.get("fuzzymatching", "false").lower() == "true"
        query = Query(level, below, matches, limit, _number(said.get("offset"), "offset", 0), fuzzy)
        return Asked(query, fields, [_UNKNOWN] if unknown or unknown_fields else [])


def _keyword(name: str) -> str | None:
    """Find the attribute a parameter names, by keyword or tag, which may be written in small letters."""
    found = BY_NAME.get(name) or BY_NAME.get(name.upper())
    return None if found is None else found.keyword


def _fields(said: Sequence[str], level: Level) -> tuple[tuple[str, ...], bool]:
    """List the tags that have to be read from objects, and say whether some of what is wanted is not known.

    Of a path into a sequence the whole sequence is given.
    """
    wanted: dict[str, None] = {}
    unknown = False
    for name in (part.strip() for each in said for part in each.split(",")):
        if name.lower() == "all":
            wanted |= dict.fromkeys(tag for upper in LEVELS[: LEVELS.index(level) + 1] for tag in ALL[upper])
        elif name:
            tag = tag_of(name.partition(".")[0])
            unknown = unknown or tag is None
            known = BY_NAME.get(tag or "")
            if tag is not None and (known is None or known.level not in LEVELS[: LEVELS.index(level) + 1]):
                wanted[tag] = None
    return tuple(wanted), unknown


def _number(text: str | None, field: str, default: int) -> int:
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise Problem("invalid-request", fields=[{"field": f"query.{field}", "reason": "value"}])
    return int(text)


def add_routes(routes: APIRouter, services: Services, callers: Callers, renderer: Renderer) -> None:
    """Add the routes of this part."""
    searches = Searches(services, renderer)
    _among_all(routes, searches, callers)
    _within(routes, searches, callers)


def _among_all(routes: APIRouter, searches: Searches, callers: Callers) -> None:
    """Search everything that may be seen."""

    @routes.get("/dicomweb/studies", response_class=DicomJson, responses=_NOTHING, summary="Search studies (QIDO-RS)")
    async def studies(request: Request, caller: Caller = Depends(callers.any)) -> Response:
        """List studies, the newest first."""
        return await searches.answer(request, caller, "study", {})

    @routes.get("/dicomweb/series", response_class=DicomJson, responses=_NOTHING, summary="Search series (QIDO-RS)")
    async def series(request: Request, caller: Caller = Depends(callers.any)) -> Response:
        """List series of all studies."""
        return await searches.answer(request, caller, "series", {})

    @routes.get(
        "/dicomweb/instances", response_class=DicomJson, responses=_NOTHING, summary="Search instances (QIDO-RS)"
    )
    async def instances(request: Request, caller: Caller = Depends(callers.any)) -> Response:
        """List instances of all studies."""
        return await searches.answer(request, caller, "instance", {})


def _within(routes: APIRouter, searches: Searches, callers: Callers) -> None:
    """Search what a study or a series holds."""

    @routes.get(
        "/dicomweb/studies/{study}/series",
        response_class=DicomJson,
        responses=_NOTHING,
        summary="Search series (QIDO-RS)",
    )
    async def series_of_study(study: Uid, request: Request, caller: Caller = Depends(callers.any)) -> Response:
        """List the series of a study."""
        return await searches.answer(request, caller, "series", {"StudyInstanceUID": study})

    @routes.get(
        "/dicomweb/studies/{study}/instances",
        response_class=DicomJson,
        responses=_NOTHING,
        summary="Search instances (QIDO-RS)",
    )
    async def instances_of_study(study: Uid, request: Request, caller: Caller = Depends(callers.any)) -> Response:
        """List the instances of a study."""
        return await searches.answer(request, caller, "instance", {"StudyInstanceUID": study})

    @routes.get(
        "/dicomweb/studies/{study}/series/{series}/instances",
        response_class=DicomJson,
        responses=_NOTHING,
        summary="Search instances (QIDO-RS)",
    )
    async def instances_of_series(
        study: Uid, series: Uid, request: Request, caller: Caller = Depends(callers.any)
    ) -> Response:
        """List the instances of a series."""
        below = {"StudyInstanceUID": study, "SeriesInstanceUID": series}
        return await searches.answer(request, caller, "instance", below)
