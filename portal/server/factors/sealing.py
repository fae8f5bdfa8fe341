"""Seals what the portal must be able to read again: AES-256-GCM, with a key made of the server's own."""

from __future__ import annotations

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.server.base.problems import Problem

NONCE_BYTES = 12
PURPOSE = b"scanshelf authenticator secrets"


def seal(key: bytes, whose: str, secret: bytes) -> str:
    """Seal a secret for one account: it opens for no other."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + _cipher(key).encrypt(nonce, secret, whose.encode())).decode("ascii")


def unseal(key: bytes, whose: str, sealed: str) -> bytes:
    """Give it back; raises `Problem("unavailable")` where the server's key is another one than it was sealed with."""
    kept = base64.b64decode(sealed)
    try:
        return _cipher(key).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], whose.encode())
    except InvalidTag as error:
        raise Problem("unavailable", headers={"Retry-After": "3600"}, reason="sealed-with-another-key") from error


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, PURPOSE).derive(key))
