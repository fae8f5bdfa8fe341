"""The page of whoever is signed in: a frame without anybody's data, which its scripts fill by the API."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portal.server.access.browser_sessions import BrowserSessions
from portal.server.access.caller import Caller
from portal.server.access.form_guard import FIELD, FormGuard, is_secure
from portal.server.answers.language import LANGUAGES, keep_choice, language_of
from portal.server.base.tables import AccountRow
from portal.server.people.account_shapes import practice_shape
from portal.server.people.telling import practice_of_account
from portal.server.recipient.page_files import ASSETS, PAGE_SAFE, POLICY, VIEWER, in_place, read_assets, version_of
from portal.server.services import Services
from portal.server.web.entrance import HOME, SIGN_OUT

FOLDER = Path(__file__).resolve().parent
# What the recipient's page may, and a form to sign out, a worker that keeps styles and scripts, an icon to start by.
MAY_TOO = "form-action 'self'; manifest-src 'self'; worker-src 'self'"
SAFE = PAGE_SAFE | {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "same-origin",  # "no-referrer" would hide from us where a form comes from
    POLICY: PAGE_SAFE[POLICY].replace("form-action 'none'", MAY_TOO),
}
EXAMS = "/my/exams"
COLOUR, GROUND = "#0f766e", "#f4f6f6"


class AppPage:
    """Writes the page, its worker and its card for the home screen."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._guard = FormGuard(services.settings, services.secret)
        self._sessions = BrowserSessions(services.settings, services.secret)
        version = version_of(read_assets(ASSETS))
        self._files = f"/assets/{version}"
        self._viewer = Markup(in_place(VIEWER.read_text("utf-8"), version + "/"))
        templates = Environment(
            loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._page = templates.get_template("page.html")
        self._worker = (FOLDER / "service_worker.js").read_text("utf-8").replace('"/assets/"', f'"{self._files}/"')

    def page(self, request: Request, caller: Caller) -> Response:
        """Write the page for a signed-in patient, member of the staff or referring doctor."""
        services, (cookie, token) = self._services, self._guard.begin(request)
        with services.database.reading() as session:
            account = session.get_one(AccountRow, caller.account or caller.member)
            practice = practice_shape(practice_of_account(session, account))
        words = self._page.render(
            portal=services.settings.name,
            local=services.settings.local,
            practice=practice,
            roles=" ".join(sorted(caller.roles)) or "patient",
            home=HOME if caller.kind == "staff" else EXAMS,
            language=language_of(request),
            languages=LANGUAGES,
            files=self._files,
            viewer=self._viewer,
            form_field=FIELD,
            form_token=token,
            session_token=self._sessions.token_of(request),
            sign_out=SIGN_OUT,
            colour=COLOUR,
        )
        response = HTMLResponse(words, headers=SAFE)
        self._guard.keep(response, cookie)
        keep_choice(request, response, secure=is_secure(services.settings))
        return response

    def worker(self) -> Response:
        """Give the script that keeps what the page is made of, and says in words that there is no network."""
        policy = "default-src 'none'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
        headers = {"Cache-Control": "no-cache", POLICY: policy}
        return Response(self._worker, media_type="text/javascript; charset=utf-8", headers=headers)

    def manifest(self) -> Response:
        """Describe the portal as something that can be put on a home screen."""
        name = self._services.settings.name
        icons = [_icon(f"{self._files}/web/icons/{size}.png", f"{size}x{size}", "image/png") for size in (192, 512)]
        card = {
            "name": name,
            "short_name": name[:12].rstrip(),
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "theme_color": COLOUR,
            "background_color": GROUND,
            "icons": [*icons, _icon(f"{self._files}/app.svg", "any", "image/svg+xml")],
        }
        headers = {"Cache-Control": "no-cache"}
        return Response(json.dumps(card), media_type="application/manifest+json", headers=headers)


def _icon(address: str, sizes: str, kind: str) -> dict[str, str]:
    return {"src": address, "sizes": sizes, "type": kind, "purpose": "any"}
