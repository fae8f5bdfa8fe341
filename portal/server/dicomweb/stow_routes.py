"""Where instances are sent to."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from portal.server.caller import Caller
from portal.server.callers import Callers
from portal.server.dicomweb.accept import choose
from portal.server.dicomweb.dicom_json import JSON_TYPES, DicomJson
from portal.server.dicomweb.stow import Stow
from portal.server.dicomweb.stow_answer import stow_answer, stow_status
from portal.server.dicomweb.uids import Uid
from portal.server.problems import Problem
from portal.server.services import Services
from portal.wire import DICOMWEB_PATH


def add_routes(routes: APIRouter, services: Services, callers: Callers) -> None:
    """Add the routes of this part."""
    stow = Stow(services)
    base = services.settings.public_url.rstrip("/") + DICOMWEB_PATH

    def sender(caller: Caller = Depends(callers.any)) -> Caller:
        if caller.kind == "share":
            raise Problem("not-allowed")
        return caller

    async def store(request: Request, caller: Caller, study: str | None) -> JSONResponse:
        kind = choose(request, *JSON_TYPES)  # before anything is kept
        outcomes = await stow.store(request, caller, study)
        return DicomJson(stow_answer(outcomes, base), stow_status(outcomes), media_type=kind)

    @routes.post("/dicomweb/studies", response_class=DicomJson, summary="Store instances (STOW-RS)")
    async def store_instances(request: Request, caller: Caller = Depends(sender)) -> JSONResponse:
        """Take multipart/related; type="application/dicom"; each part is stored, or not, by itself."""
        return await store(request, caller, None)

    @routes.post("/dicomweb/studies/{study}", response_class=DicomJson, summary="Store instances of a study (STOW-RS)")
    async def store_instances_of_study(study: Uid, request: Request, caller: Caller = Depends(sender)) -> JSONResponse:
        """Take instances of this study only."""
        return await store(request, caller, study)
