"""HEAD: a GET of which only the headers are wanted (RFC 9110 9.3.2)."""

from __future__ import annotations

from fastapi import Request

HEAD = "scanshelf.head"  # in the scope of a request that is answered as a GET


def is_head(request: Request) -> bool:
    """Say whether only the headers of an answer are wanted: nothing is taken home by that."""
    return bool(request.scope.get(HEAD))
