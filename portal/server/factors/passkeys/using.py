"""Passkeys (WebAuthn): in place of the password where the device looks who it is, else as the second step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fido2 import cbor
from fido2.cose import CoseKey
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialType,
    UserVerificationRequirement,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.access.lapsing import is_lapsed
from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountRow, PasskeyRow
from portal.server.factors.passkeys.challenges import new_challenge, use_challenge
from portal.server.factors.passkeys.relying_party import authentication_of, is_checked, relying_party
from portal.server.services import Services

LONGEST_ANSWER = 20_000
SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class Passkeys:
    """Asks for passkeys and checks what they signed."""

    services: Services

    def options(self, session: Session, account: str | None) -> dict[str, Any] | None:
        """Give what the page asks the browser for: any passkey of this portal, or one of an account's own.

        `None` where there can be none: the portal has no domain, or the account no passkey.
        """
        server = relying_party(self.services.settings)
        mine = [] if account is None else passkeys_of(session, account)
        if server is None or (account is not None and not mine):
            return None
        challenge = new_challenge(self.services.secret, _purpose(account), self.services.clock())
        known = [
            PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=websafe_decode(row.credential_id))
            for row in mine
        ]
        asked, _ = server.authenticate_begin(known or None, _looked_at(account), challenge)
        return dict(dict(asked)["publicKey"])

    def prove(self, answer: str, account: str | None, address: str) -> str | None:
        """Give the account a passkey opens; `account` is whose password was right already.

        Raises `Problem`: "too-many-tries", "account-lapsed".
        """
        self.services.tries.check("factor-by-address", address)
        with self.services.database.writing() as session:
            proved = self._proved(session, answer, account)
        if proved is None:
            self.services.tries.count("factor-by-address", address)
        return proved

    def _proved(self, session: Session, answer: str, account: str | None) -> str | None:
        said, server = read_answer(answer), relying_party(self.services.settings)
        row = None if said is None else _row_of(session, said, account)
        if said is None or server is None or row is None:
            return None
        now, challenge = self.services.clock(), said.response.client_data.challenge
        if not use_challenge(session, self.services.secret, _purpose(account), challenge, now):
            return None
        state = {"challenge": websafe_encode(challenge), "user_verification": _looked_at(account)}
        if not is_checked(server, state, _credential(row), said) or not _counts_on(row, said):
            note(session, account=row.account, kind="wrong-factor", at=now)
            return None
        _refuse_lapsed(session, row.account, now)
        row.used_at = now
        return row.account


def _counts_on(row: PasskeyRow, said: AuthenticationResponse) -> bool:
    """Take the authenticator's count, which grows with each use: one that does not is a copy's."""
    count = said.response.authenticator_data.counter
    if (count or row.sign_count) and count <= row.sign_count:
        return False
    row.sign_count = count
    return True


def _row_of(session: Session, said: AuthenticationResponse, account: str | None) -> PasskeyRow | None:
    """Find the passkey, which nobody else uses meanwhile."""
    known = select(PasskeyRow).where(PasskeyRow.credential_id == websafe_encode(said.raw_id)).with_for_update()
    row = session.scalars(known).first()
    if row is None or (account is not None and row.account != account):
        return None
    whose = said.response.user_handle
    if whose not in (None, row.account.encode()) or (account is None and whose is None):
        return None
    owner = session.get_one(AccountRow, row.account)
    return row if owner.state == "active" else None


def _refuse_lapsed(session: Session, account: str, now: datetime) -> None:
    if is_lapsed(session.get_one(AccountRow, account), now):
        raise Problem("account-lapsed")


def read_answer(answer: str) -> AuthenticationResponse | None:
    """Read what the page's script brings (JSON)."""
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return authentication_of(said) if isinstance(said, Mapping) else None


def passkeys_of(session: Session, account: str) -> list[PasskeyRow]:
    """List an account's passkeys, the oldest first."""
    mine = select(PasskeyRow).where(PasskeyRow.account == account)
    return list(session.scalars(mine.order_by(PasskeyRow.created_at, PasskeyRow.id)))


def described(passkeys: Sequence[PasskeyRow]) -> list[PublicKeyCredentialDescriptor]:
    """Name passkeys as browsers know them."""
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=websafe_decode(row.credential_id)) for row in passkeys]


def _credential(row: PasskeyRow) -> AttestedCredentialData:
    key = CoseKey.parse(cbor.decode(websafe_decode(row.public_key)))  # type: ignore[arg-type]
    return AttestedCredentialData.create(Aaguid.NONE, websafe_decode(row.credential_id), key)


def _purpose(account: str | None) -> str:
    return SIGN_IN if account is None else f"second:{account}"


def _looked_at(account: str | None) -> UserVerificationRequirement:
    """Say whether the device has to look who it is (finger, face, PIN): where no password was asked for."""
    which = UserVerificationRequirement
    return which.REQUIRED if account is None else which.DISCOURAGED
