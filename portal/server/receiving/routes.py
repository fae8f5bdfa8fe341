"""Where an upload is announced, looked at, and proved."""

from __future__ import annotations

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.answers.long_json import body_of, reader_of, written
from portal.server.base.turns import Turns
from portal.server.receiving.announcing import open_upload
from portal.server.receiving.completing import complete_upload
from portal.server.receiving.receipt_keys import ReceiptKeys
from portal.server.receiving.uploads import upload_of, upload_shape
from portal.server.services import Services
from portal.wire.addresses import API_PATH, RECEIPT_KEYS_PATH
from portal.wire.receipts import PublicKeys
from portal.wire.uploads import Manifest, Upload, UploadReceipt

UPLOADS = f"{API_PATH}/uploads"
AT_ONCE = 4
MOST_ACCOUNTS = 1000


def router(services: Services) -> APIRouter:
    """Give the routes of this part.

    Long lists and much reading take turns: of each account one at a time, also while its list still comes in, and few
    of all. Lists are read and written in a thread, piece by piece, so that others are answered meanwhile.
    """
    routes, callers = APIRouter(), Callers(services)
    keys = ReceiptKeys(services.settings.receipt_keys_file, services.clock)
    own, turns = Turns(MOST_ACCOUNTS, 1), Turns(AT_ONCE, 1)
    read = reader_of(Manifest, "items", "left_out")

    @routes.get(RECEIPT_KEYS_PATH, tags=["uploads"])
    def published() -> PublicKeys:
        """Give the keys that receipts are signed with, the one in use first (JWKS, RFC 7517); old ones stay."""
        return keys.published()

    @routes.post(UPLOADS, tags=["uploads"], status_code=200, response_model=Upload, openapi_extra=body_of(Manifest))
    async def announce(request: Request, caller: Caller = Depends(callers.account)) -> Response:
        """Say what will come and whose it is; gives what is missing. The same again changes nothing."""

        def opened(body: bytes) -> Response:
            return written(open_upload(services, caller, read(body)))

        async with own.turn(caller.name):
            body = await request.body()
            async with turns.turn(caller.name):
                return await run_sync(opened, body, limiter=CapacityLimiter(1))

    @routes.get(f"{UPLOADS}/{{upload}}", tags=["uploads"], response_model=Upload)
    async def look(upload: str, caller: Caller = Depends(callers.account)) -> Response:
        """Say how an upload stands."""

        def seen() -> Response:
            with services.database.reading() as session:
                return written(upload_shape(session, services.store, upload_of(session, caller, upload)))

        async with turns.turn(caller.name):
            return await run_sync(seen, limiter=CapacityLimiter(1))

    @routes.post(f"{UPLOADS}/{{upload}}/complete", tags=["uploads"], response_model=UploadReceipt)
    async def complete(upload: str, caller: Caller = Depends(callers.account)) -> Response:
        """Read every object again and give the receipt, signed, or say what is missing."""

        def completed() -> Response:
            return written(complete_upload(services, keys, caller, upload))

        async with own.turn(caller.name), turns.turn(caller.name):
            return await run_sync(completed, limiter=CapacityLimiter(1))

    return routes
