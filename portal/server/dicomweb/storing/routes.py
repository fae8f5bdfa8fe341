"""Where instances are sent to."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.answers.uids import Uid
from portal.server.base.problems import Problem
from portal.server.dicomweb.messages.accept import choose
from portal.server.dicomweb.messages.dicom_json import JSON_TYPES, DicomJson
from portal.server.dicomweb.messages.dicom_xml import XML, native_model
from portal.server.dicomweb.storing.answer import stow_answer, stow_status
from portal.server.dicomweb.storing.stow import Stow
from portal.server.receiving.receiver import Outcome
from portal.server.services import Services
from portal.wire.addresses import DICOMWEB_PATH, STORED_HEADER

_PARTS = {"type": "array", "items": {"type": "string", "format": "binary"}, "description": "DICOM files."}
_BODY = {
    "requestBody": {
        "required": True,
        "description": 'multipart/related; type="application/dicom": each part one file, without Content-Encoding.',
        "content": {"multipart/related": {"schema": _PARTS}},
    }
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "All are stored."},
    202: {"description": "Some are stored; why the others are not.", "content": {JSON_TYPES[0]: {}}},
    409: {"description": "None is stored, and why.", "content": {JSON_TYPES[0]: {}}},
}


def _proof(outcomes: list[Outcome]) -> dict[str, str]:
    """Say of one instance that was sent alone which bytes are stored: its sender compares."""
    only = outcomes[0]
    return {STORED_HEADER: str(only.sha256)} if len(outcomes) == 1 and only.failure is None else {}


def add_routes(routes: APIRouter, services: Services, callers: Callers) -> None:
    """Add the routes of this part."""
    stow = Stow(services)
    base = services.settings.public_url.rstrip("/") + DICOMWEB_PATH

    def sender(caller: Caller = Depends(callers.any)) -> Caller:
        if caller.kind not in ("account", "staff"):
            raise Problem("not-allowed")
        return caller

    async def store(request: Request, caller: Caller, study: str | None) -> Response:
        kind = choose(request, *JSON_TYPES, XML)  # before anything is kept
        outcomes = await stow.store(request, caller, study)
        answer, status = stow_answer(outcomes, base), stow_status(outcomes)
        if kind == XML:
            return Response(native_model(answer), status, _proof(outcomes), media_type=XML)
        return DicomJson(answer, status, _proof(outcomes), media_type=kind)

    @routes.post(
        "/dicomweb/studies",
        response_class=DicomJson,
        responses=_ANSWERS,
        openapi_extra=_BODY,
        summary="Store instances (STOW-RS)",
    )
    async def store_instances(request: Request, caller: Caller = Depends(sender)) -> Response:
        """Take multipart/related; type="application/dicom"; each part is stored, or not, by itself."""
        return await store(request, caller, None)

    @routes.post(
        "/dicomweb/studies/{study}",
        response_class=DicomJson,
        responses=_ANSWERS,
        openapi_extra=_BODY,
        summary="Store instances of a study (STOW-RS)",
    )
    async def store_instances_of_study(study: Uid, request: Request, caller: Caller = Depends(sender)) -> Response:
        """Take instances of this study only."""
        return await store(request, caller, study)
