"""Whether the practice portal's packages are installed: without them the desktop works, but cannot run a portal."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

from core.errors import PortalError

# Modules of the server that bring each of the packages its commands are made of, and those that serving needs besides.
_COMMANDS = ("portal.server.base.problems", "portal.server.running.administration")
_SERVING = (
    "portal.server.running.serve",
    "portal.server.oauth.sign_in_pages.html_pages",
    "portal.server.http.slow_clients",
)
_SERVING_PACKAGES = ("fastapi", "uvicorn", "jinja2", "httptools")


def need_server_parts(*, serving: bool) -> None:
    """Raise `PortalError("portal-parts-missing")` with the package that is not there."""
    if (missing := missing_part(serving=serving)) is not None:
        raise PortalError("portal-parts-missing", parts=missing)


def missing_part(*, serving: bool) -> str | None:
    """Name the first package the practice portal needs and does not find; None where all are there.

    Commands beside the server only look whether the web server's packages are there: importing them takes a second.
    """
    try:
        for module in (*_COMMANDS, *(_SERVING if serving else ())):
            importlib.import_module(module)
        return next((package for package in _SERVING_PACKAGES if find_spec(package) is None), None)
    except ImportError as absent:
        name = (absent.name or "").partition(".")[0]
        if name in {"", "app", "core", "dicom", "portal"}:
            raise  # our own mistake
        return name
