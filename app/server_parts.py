"""Whether the practice portal's packages are installed: without them the desktop works, but cannot run a portal."""

from __future__ import annotations

import importlib

from core.errors import PortalError

# A module of the server that brings each of the packages it is made of.
_MODULES = (
    "portal.server.base.problems",
    "portal.server.running.serve",
    "portal.server.running.administration",
    "portal.server.oauth.sign_in_pages.html_pages",
    "portal.server.http.slow_clients",
)


def need_server_parts() -> None:
    """Raise `PortalError("portal-parts-missing")` with the package that is not there."""
    if (missing := missing_part()) is not None:
        raise PortalError("portal-parts-missing", parts=missing)


def missing_part() -> str | None:
    """Name the first package the practice portal needs and does not find; None where all are there."""
    try:
        for module in _MODULES:
            importlib.import_module(module)
    except ImportError as absent:
        name = (absent.name or "").partition(".")[0]
        if name in {"", "app", "core", "dicom", "portal"}:
            raise  # our own mistake
        return name
    return None
