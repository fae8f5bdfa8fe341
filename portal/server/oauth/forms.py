"""Forms of pages, read small; `FormGuard` tells whose they are."""

from __future__ import annotations

from fastapi import Request

from portal.server.base.problems import Problem

Form = dict[str, str]
MOST_FIELDS = 40
FORM_TYPE = "application/x-www-form-urlencoded"


async def read_form(request: Request) -> Form:
    """Read a form; a field that comes twice, a file or another kind of body is refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise Problem("unsupported-type", takes=FORM_TYPE)
    async with request.form(max_fields=MOST_FIELDS, max_files=0) as form:
        said = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        if len(said) != len(form.multi_items()):
            raise Problem("invalid-request", reason="a field twice")
    if any("\0" in value for value in said.values()):
        raise Problem("invalid-request", reason="a NUL")
    return said
