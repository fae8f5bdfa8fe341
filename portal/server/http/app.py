"""The portal as one application: its parts put together."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Depends, FastAPI

from portal.server.access.callers import Callers
from portal.server.activity.routes import router as activity
from portal.server.answers.letters import plain_letters
from portal.server.dicomweb.routes import router as dicomweb
from portal.server.exams.exam_shapes import names_of
from portal.server.exams.routes import router as exams
from portal.server.factors.passkey_routes import router as passkeys
from portal.server.factors.routes import router as factors
from portal.server.hl7.routes import router as hl7
from portal.server.http import openapi
from portal.server.http.cors import Cors
from portal.server.http.methods import Methods, places_of
from portal.server.http.problem_answers import install, refusing
from portal.server.http.request_limits import RequestLimits
from portal.server.http.still_allowed import StillAllowed
from portal.server.oauth.refusals import ENDPOINTS, problem_answer
from portal.server.oauth.routes import router as oauth
from portal.server.people.notice_choices.routes import router as notices
from portal.server.people.recovery_routes import router as recovery
from portal.server.people.routes import router as accounts
from portal.server.receiving.filing import file_waiting
from portal.server.receiving.routes import router as uploads
from portal.server.receiving.unmatched_routes import router as unmatched
from portal.server.recipient.routes import router as recipient
from portal.server.removing.account_routes import router as ending
from portal.server.removing.routes import router as removing
from portal.server.services import Services
from portal.server.sharing.routes import router as shares
from portal.server.staff.desk_routes import router as desk
from portal.server.staff.member_routes import router as members
from portal.server.staff.patient_routes import router as patients
from portal.server.watching.routes import router as watching
from portal.server.web.routes import router as web

PARTS: tuple[Callable[[Services], APIRouter], ...] = (
    lambda services: accounts(services, lambda: file_waiting(services.database, services.clock)),
    notices,
    recovery,
    factors,
    passkeys,
    oauth,
    exams,
    uploads,
    unmatched,
    hl7,
    dicomweb,
    shares,
    lambda services: activity(services, names_of),
    removing,
    ending,
    recipient,
    members,
    patients,
    desk,
    watching,
    web,
)


def make_app(services: Services) -> FastAPI:
    """Compose the application."""
    app = FastAPI(
        title="Scanshelf reference portal",
        version="1",
        description=openapi.DESCRIPTION,
        openapi_url=None,  # `openapi.router` answers instead
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would send people to whatever the Host header says
        dependencies=[Depends(plain_letters)],
        separate_input_output_schemas=False,
    )
    refuse = refusing(dict.fromkeys(ENDPOINTS, problem_answer))
    install(app, refuse)
    routers = [part(services) for part in PARTS]
    for router in routers:
        app.include_router(router)
    openapi.publish(app, routers)
    description = openapi.router(app)
    app.include_router(description)
    # the last one added is the outermost
    app.add_middleware(StillAllowed, services=services, refuse=refuse)
    app.add_middleware(Methods, places=places_of(openapi.routes_of([*routers, description])), refuse=refuse)
    app.add_middleware(RequestLimits, settings=services.settings, is_known=Callers(services).is_known, refuse=refuse)
    app.add_middleware(Cors, origins=services.settings.origins)
    return app
