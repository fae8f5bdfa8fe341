"""Signing in: OAuth 2 code with PKCE, device grant, and their pages."""

from __future__ import annotations

from fastapi import APIRouter

from portal.server.oauth import token_routes
from portal.server.oauth.sign_in_pages import (
    activation_page,
    authorize_page,
    device_page,
    email_page,
    recovery_page,
    unsubscribe_page,
)
from portal.server.oauth.sign_in_pages.html_pages import Pages
from portal.server.services import Services


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter()
    pages = Pages(services)
    routes.include_router(token_routes.router(services))
    for part in (authorize_page, device_page, activation_page, recovery_page, email_page, unsubscribe_page):
        routes.include_router(part.router(services, pages))
    return routes
