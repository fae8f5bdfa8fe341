"""Where studies, series and instances are searched."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request, Response

from portal.server.caller import Caller
from portal.server.callers import Callers
from portal.server.dicomweb.accept import choose
from portal.server.dicomweb.attributes import BY_NAME, Level
from portal.server.dicomweb.dicom_json import JSON_TYPES, DicomJson
from portal.server.dicomweb.qido import Query, search
from portal.server.dicomweb.uids import Uid
from portal.server.problems import Problem
from portal.server.services import Services
from portal.wire import DICOMWEB_PATH

# Parameters that are no attributes; what else is not known is told in a warning, as PS3.18 10.6 wants.
_OURS = frozenset({"limit", "offset", "includefield", "fuzzymatching", "emptyvaluematching", "multiplevaluematching"})
_LONGEST = 20_000


class Searches:
    """Answers searches."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._base = services.settings.public_url.rstrip("/") + DICOMWEB_PATH

    def answer(self, request: Request, caller: Caller, level: Level, below: Mapping[str, str]) -> Response:
        """Answer one search: 204 where nothing was found, `Warning: 299` where there is more or something unknown."""
        choose(request, *JSON_TYPES)
        query, warnings = self._query(request, level, below)
        with self._services.database.reading() as session:
            found = search(session, caller, query, self._base, self._services.clock())
        if found.more:
            warnings.append(f"There are {found.more} additional results that can be requested")
        headers = {"Cache-Control": "private, no-store"}
        if warnings:
            headers["Warning"] = ", ".join(f'299 scanshelf "{warning}"' for warning in warnings)
        return DicomJson(found.answers, 200, headers) if found.answers else Response(status_code=204, headers=headers)

    def _query(self, request: Request, level: Level, below: Mapping[str, str]) -> tuple[Query, list[str]]:
        said = request.query_params
        if len(str(said)) > _LONGEST:
            raise Problem("invalid-request", reason="too-long")
        most = self._services.settings.limits.page_most
        limit = min(_number(said.get("limit"), "limit", most), most)
        matches: dict[str, str] = {}
        warnings = []
        for name, wish in said.multi_items():
            if name in BY_NAME:
                keyword = BY_NAME[name].keyword
                matches[keyword] = f"{matches[keyword]},{wish}" if keyword in matches else wish
        if any(name not in BY_NAME and name.lower() not in _OURS for name in said):
            warnings.append("Some search parameters are not supported and were left out")
        if said.get("fuzzymatching", "false").lower() == "true":
            warnings.append("The fuzzymatching parameter is not supported. Only literal matching has been performed.")
        below_conflict = {name for name in below if name in matches and matches[name] not in ("", below[name])}
        if below_conflict:
            raise Problem("invalid-request", fields=[{"field": f"query.{sorted(below_conflict)[0]}", "reason": "path"}])
        return Query(level, below, matches, limit, _number(said.get("offset"), "offset", 0)), warnings


def _number(text: str | None, field: str, default: int) -> int:
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise Problem("invalid-request", fields=[{"field": f"query.{field}", "reason": "value"}])
    return int(text)


def add_routes(routes: APIRouter, services: Services, callers: Callers) -> None:
    """Add the routes of this part."""
    searches = Searches(services)

    @routes.get("/dicomweb/studies", response_class=DicomJson, summary="Search studies (QIDO-RS)")
    def studies(request: Request, caller: Caller = Depends(callers.any)) -> Response:
        """List studies, the newest first."""
        return searches.answer(request, caller, "study", {})

    @routes.get("/dicomweb/series", response_class=DicomJson, summary="Search series (QIDO-RS)")
    def series(request: Request, caller: Caller = Depends(callers.any)) -> Response:
        """List series of all studies."""
        return searches.answer(request, caller, "series", {})

    @routes.get("/dicomweb/instances", response_class=DicomJson, summary="Search instances (QIDO-RS)")
    def instances(request: Request, caller: Caller = Depends(callers.any)) -> Response:
        """List instances of all studies."""
        return searches.answer(request, caller, "instance", {})

    @routes.get("/dicomweb/studies/{study}/series", response_class=DicomJson, summary="Search series (QIDO-RS)")
    def series_of_study(study: Uid, request: Request, caller: Caller = Depends(callers.any)) -> Response:
        """List the series of a study."""
        return searches.answer(request, caller, "series", {"StudyInstanceUID": study})

    @routes.get("/dicomweb/studies/{study}/instances", response_class=DicomJson, summary="Search instances (QIDO-RS)")
    def instances_of_study(study: Uid, request: Request, caller: Caller = Depends(callers.any)) -> Response:
        """List the instances of a study."""
        return searches.answer(request, caller, "instance", {"StudyInstanceUID": study})

    @routes.get(
        "/dicomweb/studies/{study}/series/{series}/instances",
        response_class=DicomJson,
        summary="Search instances (QIDO-RS)",
    )
    def instances_of_series(
        study: Uid, series: Uid, request: Request, caller: Caller = Depends(callers.any)
    ) -> Response:
        """List the instances of a series."""
        below = {"StudyInstanceUID": study, "SeriesInstanceUID": series}
        return searches.answer(request, caller, "instance", below)
