"""Exams, reports, uploads."""

from __future__ import annotations

from fastapi import APIRouter

from portal.server.services import Services


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    return APIRouter()
