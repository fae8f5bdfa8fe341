"""The recipient's page and what it is made of: the same bytes for everybody, nothing about any share in them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portal.server.base.problems import Problem
from portal.wire.addresses import SHARE_PATH

ASSETS = Path(__file__).resolve().parent.parent / "assets"
PAGE = Path(__file__).resolve().parent / "recipient.html"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE_SAFE = SAFE | {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
KEPT = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, read when the server starts."""

    body: bytes
    media_type: str
    etag: str


def read_assets(folder: Path) -> dict[str, Asset]:
    """Read every style sheet, script and drawing by its path; nothing else is ever served."""
    files = (path for path in folder.rglob("*") if path.suffix in TYPES)
    return {path.relative_to(folder).as_posix(): _asset(path) for path in files}


def version_of(assets: dict[str, Asset]) -> str:
    """Give what all files together are called: another one whenever one of them is another."""
    told = "\n".join(f"{path} {asset.etag}" for path, asset in sorted(assets.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def router() -> APIRouter:
    """Give the page and its parts.

    The page names its parts below their version, where a browser may keep them; they name each other by relative paths.
    """
    routes = APIRouter(include_in_schema=False)
    assets = read_assets(ASSETS)
    kept = version_of(assets) + "/"
    page = PAGE.read_bytes().replace(b'"/assets/', f'"/assets/{kept}'.encode())

    @routes.get(SHARE_PATH)
    @routes.get(SHARE_PATH + "/")
    @routes.get(SHARE_PATH + "/{token}")
    def _page() -> Response:
        return Response(page, media_type="text/html", headers=PAGE_SAFE)

    @routes.get("/assets/{path:path}")
    def _file(path: str, request: Request) -> Response:
        asset = assets.get(path.removeprefix(kept))
        if asset is None:
            raise Problem("not-found")
        headers = SAFE | {"ETag": asset.etag, "Cache-Control": KEPT if path.startswith(kept) else "no-cache"}
        if request.headers.get("if-none-match") == asset.etag:
            return Response(status_code=304, headers=headers)
        return Response(asset.body, media_type=asset.media_type, headers=headers)

    return routes


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:32]}"')
