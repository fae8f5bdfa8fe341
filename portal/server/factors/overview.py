"""What an account has besides its password, at a glance."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AuthenticatorRow
from portal.server.factors.passkeys.keeping import passkey_shape
from portal.server.factors.passkeys.relying_party import domain_of
from portal.server.factors.passkeys.using import passkeys_of
from portal.server.factors.recovery_codes import recovery_codes_left
from portal.wire.moments import utc_text
from portal.wire.second_factor import SecondFactor


def second_factor(session: Session, settings: ServerSettings, account: str) -> SecondFactor:
    """Say what an account has besides its password."""
    row = session.get(AuthenticatorRow, account)
    since = None if row is None or row.confirmed_at is None else utc_text(row.confirmed_at)
    passkeys = tuple(map(passkey_shape, passkeys_of(session, account)))
    possible = domain_of(settings) is not None
    return SecondFactor(since is not None, since, recovery_codes_left(session, account), passkeys, possible)
