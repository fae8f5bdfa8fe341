"""A security key made of software: what a browser and its authenticator answer, with real signatures (ES256)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

PRESENT, VERIFIED = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.UV


@dataclass
class SecurityKey:
    """One passkey; `verifies` says whether it looks who it is."""

    origin: str
    domain: str = "localhost"
    verifies: bool = True
    count: int = 0
    credential_id: bytes = b"a passkey of a test"
    user: bytes = b""
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def make(self, options: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        self.user = websafe_decode(options["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        made = AuthenticatorData.create(
            self._domain_hash(), self._flags() | AuthenticatorData.FLAG.AT, self.count, data
        )
        seen = self._seen(CollectedClientData.TYPE.CREATE, options["challenge"], **changed)
        attestation = AttestationObject.create("none", made, {})
        return self._answer(clientDataJSON=websafe_encode(seen), attestationObject=websafe_encode(attestation))

    def sign(self, options: dict[str, Any], *, user: bool = True, **changed: Any) -> str:
        """Answer `navigator.credentials.get`, as the page's script sends it."""
        self.count += 1
        made = AuthenticatorData.create(self._domain_hash(), self._flags(), self.count)
        seen = self._seen(CollectedClientData.TYPE.GET, options["challenge"], **changed)
        signature = self.key.sign(made + seen.hash, ECDSA(SHA256()))
        said = {"authenticatorData": made, "clientDataJSON": seen, "signature": signature}
        handle = {"userHandle": websafe_encode(self.user)} if user else {}
        return json.dumps(self._answer(**{name: websafe_encode(part) for name, part in said.items()}, **handle))

    def _seen(self, kind: str, challenge: str, *, origin: str | None = None) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, origin or self.origin)

    def _flags(self) -> AuthenticatorData.FLAG:
        return PRESENT | VERIFIED if self.verifies else PRESENT

    def _domain_hash(self) -> bytes:
        return hashlib.sha256(self.domain.encode()).digest()

    def _answer(self, **response: str) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
