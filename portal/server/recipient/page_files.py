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
VIEWER = PAGE.with_name("viewer.html")  # what shows the images, in the recipient's page and in the account's
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".png": "image/png",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = "Content-Security-Policy"
FILE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
PAGE_SAFE = SAFE | {
    POLICY: (
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


def in_place(page: str, kept: str) -> str:
    """Let a page name its parts where a browser may keep them."""
    return page.replace('"/assets/', f'"/assets/{kept}')


def router() -> APIRouter:
    """Give the page and its parts.

    The page names its parts below their version, where a browser may keep them; they name each other by relative paths.
    """
    routes = APIRouter(include_in_schema=False)
    assets = read_assets(ASSETS)
    kept = version_of(assets) + "/"
    page = in_place(PAGE.read_text("utf-8").replace("<!-- viewer.html -->", VIEWER.read_text("utf-8")), kept)

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
        may_keep = KEPT if path.startswith(kept) else "no-cache"
        headers = SAFE | {POLICY: FILE_POLICY, "ETag": asset.etag, "Cache-Control": may_keep}
        if request.headers.get("if-none-match") == asset.etag:
            return Response(status_code=304, headers=headers)
        return Response(asset.body, media_type=asset.media_type, headers=headers)

    return routes


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:32]}"')
