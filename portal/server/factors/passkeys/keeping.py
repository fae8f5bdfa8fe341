"""The passkeys of an account: added, named, taken away, by who proved once more who it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fido2 import cbor
from fido2.utils import websafe_encode
from fido2.webauthn import (
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import AccountRow, PasskeyRow
from portal.server.base.tokens import new_id
from portal.server.factors.passkeys.challenges import new_challenge, use_challenge
from portal.server.factors.passkeys.relying_party import checked_registration, registration_of, relying_party
from portal.server.factors.passkeys.using import LONGEST_ANSWER, described, passkeys_of
from portal.server.factors.proving import has_second_factor
from portal.server.factors.recovery_codes import forget_recovery_codes, make_recovery_codes
from portal.server.factors.telling import tell_factor
from portal.server.services import Services
from portal.wire.moments import utc_text
from portal.wire.second_factor import AddedPasskey, NewPasskey, Passkey, PasskeyOptions

MOST = 20
LONGEST_NAME = 64


def begin_passkey(session: Session, services: Services, account_id: str, now: datetime) -> PasskeyOptions:
    """Give what a browser is asked to make; raises `Problem("conflict")` where the portal's address takes none."""
    server = relying_party(services.settings)
    if server is None:
        raise Problem("conflict", reason="no-passkeys-at-this-address")
    account = session.get_one(AccountRow, account_id)
    mine = passkeys_of(session, account_id)
    if len(mine) >= MOST:
        raise Problem("conflict", reason="too-many")
    name = account.user_name or account_id
    asked, _ = server.register_begin(
        PublicKeyCredentialUserEntity(name=name, display_name=name, id=account_id.encode()),
        described(mine),
        ResidentKeyRequirement.PREFERRED,
        UserVerificationRequirement.PREFERRED,
        challenge=new_challenge(services.secret, _purpose(account_id), now),
    )
    return PasskeyOptions(dict(dict(asked)["publicKey"]))


def add_passkey(
    session: Session, services: Services, account_id: str, wanted: NewPasskey, now: datetime
) -> AddedPasskey:
    """Keep a passkey a browser made; the first second factor comes with recovery codes."""
    name = _name(wanted.name)
    account = held(session, AccountRow, account_id)
    assert account is not None
    row = _made(session, services, account_id, wanted.credential, now)
    row.name = name
    first = not has_second_factor(session, account_id)
    session.add(row)
    session.flush()
    codes = make_recovery_codes(session, services.secret, account_id, now) if first else ()
    tell_factor(session, services.settings, account, "passkey-added", now)
    return AddedPasskey(passkey_shape(row), codes)


def rename_passkey(session: Session, account: str, passkey: str, name: str) -> Passkey:
    """Give a passkey another name."""
    row = _mine(session, account, passkey)
    row.name = _name(name)
    return passkey_shape(row)


def remove_passkey(session: Session, services: Services, account_id: str, passkey: str, now: datetime) -> None:
    """Take a passkey away; with the last second factor the recovery codes go too."""
    account = held(session, AccountRow, account_id)
    assert account is not None
    session.delete(_mine(session, account_id, passkey))
    session.flush()
    if not has_second_factor(session, account_id):
        forget_recovery_codes(session, account_id)
    tell_factor(session, services.settings, account, "passkey-removed", now)


def passkey_shape(row: PasskeyRow) -> Passkey:
    """Describe one."""
    used = None if row.used_at is None else utc_text(row.used_at)
    return Passkey(row.id, row.name, utc_text(row.created_at), used)


def _made(session: Session, services: Services, account: str, said: Mapping[str, Any], now: datetime) -> PasskeyRow:
    server = relying_party(services.settings)
    answer = registration_of(said) if len(json.dumps(said)) <= LONGEST_ANSWER else None
    if server is None or answer is None:
        raise Problem("invalid-request", fields=[{"field": "credential", "reason": "unreadable"}])
    challenge = answer.response.client_data.challenge
    fresh = use_challenge(session, services.secret, _purpose(account), challenge, now)
    state = {"challenge": websafe_encode(challenge), "user_verification": UserVerificationRequirement.PREFERRED}
    made = checked_registration(server, state, answer) if fresh else None
    if made is None or made.credential_data is None:
        raise Problem("not-proved", field="credential")
    credential_id = websafe_encode(made.credential_data.credential_id)
    if session.scalars(select(PasskeyRow.id).where(PasskeyRow.credential_id == credential_id)).first() is not None:
        raise Problem("conflict", reason="known-passkey")
    key = websafe_encode(cbor.encode(made.credential_data.public_key))
    return PasskeyRow(
        id=new_id(),
        account=account,
        credential_id=credential_id,
        public_key=key,
        sign_count=made.counter,
        created_at=now,
    )


def _mine(session: Session, account: str, passkey: str) -> PasskeyRow:
    row = held(session, PasskeyRow, passkey)
    if row is None or row.account != account:
        raise Problem("not-found")
    return row


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Problem("invalid-request", fields=[{"field": "name", "reason": "letters" if name else "empty"}])
    return name


def _purpose(account: str) -> str:
    return f"register:{account}"
