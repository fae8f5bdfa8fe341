"""Where an upload is announced, looked at, and proved."""

from __future__ import annotations

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends

from portal.server.caller import Caller
from portal.server.callers import Callers
from portal.server.exams.completing import complete_upload
from portal.server.exams.uploads import open_upload, upload_of, upload_shape
from portal.server.services import Services
from portal.server.turns import Turns
from portal.wire import Manifest, Upload, UploadReceipt

AT_ONCE = 4


def add_routes(routes: APIRouter, services: Services, callers: Callers) -> None:
    """Add the routes of this part. Long lists and much reading take turns: one at a time of each account."""
    turns = Turns(AT_ONCE, 1)

    @routes.post("/uploads", tags=["uploads"], status_code=200)
    async def announce(manifest: Manifest, caller: Caller = Depends(callers.account)) -> Upload:
        """Say what will come and whose it is; gives what is missing. The same again changes nothing."""

        def opened() -> Upload:
            with services.database.writing() as session:
                return open_upload(session, services.store, caller, manifest, services.clock())

        async with turns.turn(caller.name):
            return await run_sync(opened, limiter=CapacityLimiter(1))

    @routes.get("/uploads/{upload}", tags=["uploads"])
    def look(upload: str, caller: Caller = Depends(callers.account)) -> Upload:
        """Say how an upload stands."""
        with services.database.reading() as session:
            return upload_shape(session, services.store, upload_of(session, caller, upload))

    @routes.post("/uploads/{upload}/complete", tags=["uploads"])
    async def complete(upload: str, caller: Caller = Depends(callers.account)) -> UploadReceipt:
        """Read every object again and give the receipt, or say what is missing."""
        async with turns.turn(caller.name):
            return await run_sync(complete_upload, services, caller, upload, limiter=CapacityLimiter(1))
