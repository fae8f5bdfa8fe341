"""Authorization codes: what the browser carries to the desktop; single use, 60 s, worthless without the verifier."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.server.base.rows import held
from portal.server.base.tables import AuthorizationCodeRow
from portal.server.base.tokens import new_token, token_hash
from portal.server.oauth.refusals import Refusal
from portal.server.oauth.request import AuthorizationRequest
from portal.server.oauth.token_families import TokenAnswer, begin_family, closed, end_family, give_tokens

CODE_TIME = timedelta(seconds=60)
REMEMBERED = timedelta(days=1)  # how long a code that is used again is recognised
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def give_code(session: Session, account: str, asked: AuthorizationRequest, now: datetime) -> str:
    """Make a code for an account that just showed who it is."""
    session.execute(delete(AuthorizationCodeRow).where(AuthorizationCodeRow.expires_at <= now - REMEMBERED))
    code = new_token()
    row = AuthorizationCodeRow(
        code_hash=token_hash(code),
        account=account,
        client_id=asked.client_id,
        redirect_uri=asked.redirect_uri,
        code_challenge=asked.code_challenge,
        expires_at=now + CODE_TIME,
    )
    session.add(row)
    return code


def use_code(
    session: Session, code: str, client_id: str, redirect_uri: str, verifier: str, now: datetime
) -> TokenAnswer | Refusal:
    """Give tokens for a code; whoever brings it a second time ends what the first one got."""
    row = held(session, AuthorizationCodeRow, token_hash(code))
    if row is None:
        return Refusal("invalid_grant")
    if row.used_at is not None:
        end_family(session, row.family, "code-reused", now)
        return Refusal("invalid_grant")
    row.used_at = now
    fits = row.client_id == client_id and row.redirect_uri == redirect_uri and _proves(verifier, row.code_challenge)
    if not fits or row.expires_at <= now:
        return Refusal("invalid_grant")
    if refusal := closed(session, row.account, now):
        return refusal
    family = begin_family(session, row.account, client_id, "browser", now)
    row.family = family.id
    return give_tokens(session, family, now)


def _proves(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=")
    return hmac.compare_digest(digest.decode("ascii"), challenge)
