"""The endpoints programs ask: metadata, tokens, device sign-in, revocation. JSON in OAuth's own shapes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from portal.server.access.browser_words import browser_words
from portal.server.base.tables import AccessTokenRow, TokenFamilyRow
from portal.server.base.tokens import token_hash
from portal.server.oauth import codes, devices
from portal.server.oauth import token_families as families
from portal.server.oauth.forms import FORM_TYPE, Form, read_form
from portal.server.oauth.refusals import (
    DEVICE_AUTHORIZATION,
    NO_STORE,
    REVOKE,
    TOKEN,
    Refusal,
    refusal_answer,
)
from portal.server.oauth.revoking import revoke
from portal.server.oauth.token_families import TokenAnswer
from portal.server.people.machine_tokens import account_named
from portal.server.people.signing_in import addressed
from portal.server.people.telling import tell_sign_in
from portal.server.services import Services
from portal.wire.addresses import CLIENT_ID, OAUTH_METADATA_PATH

AUTHORIZE, DEVICE = "/oauth/authorize", "/oauth/device"


def router(services: Services) -> APIRouter:
    """Give the routes."""
    routes = APIRouter(tags=["sign-in"])
    endpoint = TokenEndpoint(services)

    @routes.get(OAUTH_METADATA_PATH)
    def _metadata() -> dict[str, Any]:
        """Say where the endpoints are and what they can (RFC 8414)."""
        return metadata(services.settings.public_url)

    @routes.post(TOKEN, openapi_extra=form_of("grant_type", "client_id"))
    def _token(request: Request, form: Form = Depends(read_form)) -> Response:
        """Give tokens for an authorization code, a refresh token or an approved device."""
        seen = browser_words(request.headers.get("user-agent", ""))
        return answered(lambda asked: endpoint.tokens(asked, seen), request, form)

    @routes.post(DEVICE_AUTHORIZATION, openapi_extra=form_of("client_id"))
    def _device(request: Request, form: Form = Depends(read_form)) -> Response:
        """Start the sign-in of a device without a browser."""
        services.tries.take("device-by-address", addressed(request))
        return answered(endpoint.begin_device, request, form)

    @routes.post(REVOKE, openapi_extra=form_of("token"))
    def _revoke(request: Request, form: Form = Depends(read_form)) -> Response:
        """End what a token opens, whatever kind it is (RFC 7009); who has it needs no other proof."""
        return answered(endpoint.revoke, request, form)

    return routes


class TokenEndpoint:
    """Answers for the desktop, a public client."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def tokens(self, form: Form, seen: str | None) -> dict[str, Any]:
        """Give tokens, or raise a `Refusal`; `seen` is the program that asks, in the list of sign-ins."""
        client_id, now = needed_client(form), self._services.clock()
        grant = needed(form, "grant_type")
        with self._services.database.writing() as session:
            answer: TokenAnswer | Refusal
            if grant == "authorization_code":
                redirect_uri, verifier = needed(form, "redirect_uri"), needed(form, "code_verifier")
                answer = codes.use_code(session, needed(form, "code"), client_id, redirect_uri, verifier, now)
            elif grant == "refresh_token":
                answer = families.refresh(session, needed(form, "refresh_token"), client_id, now)
            elif grant == devices.GRANT_TYPE:
                answer = devices.poll(session, needed(form, "device_code"), client_id, now)
            else:
                answer = Refusal("unsupported_grant_type")
            if isinstance(answer, TokenAnswer) and grant != "refresh_token":
                self._tell_sign_in(session, answer, seen, now)
        if isinstance(answer, Refusal):
            raise answer
        return answer.to_json()

    def _tell_sign_in(self, session: Session, answer: TokenAnswer, seen: str | None, now: datetime) -> None:
        family = session.get_one(AccessTokenRow, token_hash(answer.access_token)).family
        session.get_one(TokenFamilyRow, family).label = seen
        tell_sign_in(session, self._services.settings, account_named(session, answer.user_name), now)

    def begin_device(self, form: Form) -> dict[str, Any]:
        """Give the codes of a device sign-in."""
        with self._services.database.writing() as session:
            made = devices.begin_device(session, needed_client(form), self._services.clock())
        page = self._services.settings.public_url + DEVICE
        return {
            "device_code": made.device_code,
            "user_code": made.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={made.user_code}",
            "expires_in": int(devices.GRANT_TIME.total_seconds()),
            "interval": devices.INTERVAL,
        }

    def revoke(self, form: Form) -> dict[str, Any]:
        """End what a token opens."""
        token = needed(form, "token")
        with self._services.database.writing() as session:
            revoke(session, token, self._services.clock())
        return {}


def answered(asked: Any, request: Request, form: Form) -> Response:
    """Answer with what an endpoint gives, or its refusal; nobody keeps a copy."""
    try:
        return JSONResponse(asked(form), headers=NO_STORE)
    except Refusal as refusal:
        return refusal_answer(refusal, headers=_challenge(request, refusal))


def _challenge(request: Request, refusal: Refusal) -> dict[str, str]:
    """Answer a client that signed itself in by a header in the same way (RFC 6749 5.2)."""
    asked = refusal.code == "invalid_client" and "authorization" in request.headers
    return {"WWW-Authenticate": 'Basic realm="patient portal"'} if asked else {}


def needed(form: Form, field: str) -> str:
    """Give a field that has to be there."""
    value = form.get(field, "")
    if not value:
        raise Refusal("invalid_request", f"{field} is missing")
    return value


def needed_client(form: Form) -> str:
    """Give the client: the desktop, which has no secret."""
    client_id = needed(form, "client_id")
    if client_id != CLIENT_ID:
        raise Refusal("invalid_client")
    return client_id


def metadata(url: str) -> dict[str, Any]:
    """Describe the endpoints."""
    return {
        "issuer": url,
        "authorization_endpoint": url + AUTHORIZE,
        "token_endpoint": url + TOKEN,
        "device_authorization_endpoint": url + DEVICE_AUTHORIZATION,
        "revocation_endpoint": url + REVOKE,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", devices.GRANT_TYPE],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": True,
    }


def form_of(*fields: str) -> dict[str, Any]:
    """Describe a form for the OpenAPI."""
    properties = {field: {"type": "string"} for field in fields}
    schema = {"type": "object", "properties": properties, "required": list(fields)}
    return {"requestBody": {"required": True, "content": {FORM_TYPE: {"schema": schema}}}}
