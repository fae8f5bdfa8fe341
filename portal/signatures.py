"""Signatures (JWS, RFC 7515) that outlast a connection: ES256 alone, whatever a header asks for.

A key is a JWK (RFC 7517) of plain text values; its `kid` is its thumbprint (RFC 7638), so that no key can be called
by another's name. The library is brought in when something is signed or checked, not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from joserfc.jwk import ECKey
    from joserfc.jws import JWSRegistry

ALGORITHM = "ES256"
CURVE = "P-256"
PAYLOAD_BYTES_MOST = 256 << 20
KEY_MEMBERS = ("kty", "crv", "x", "y", "kid")


class BadSignature(Exception):  # noqa: N818 - reads as what it is
    """What was signed is not from this key, or no signature at all."""


def new_key() -> dict[str, str]:
    """Make a key to sign with; it holds the private part (`d`)."""
    from joserfc.jwk import ECKey

    key = ECKey.generate_key(CURVE)
    return {**_texts(key.as_dict(private=True)), "kid": key.thumbprint()}


def public_part(key: Mapping[str, str]) -> dict[str, str]:
    """Give what others check signatures of a key with."""
    return {name: key[name] for name in KEY_MEMBERS}


def sign(payload: bytes, key: Mapping[str, str], kind: str) -> str:
    """Sign some bytes; `kind` says what they are (header `typ`), so that none is taken for another."""
    from joserfc import jws

    header = {"alg": ALGORITHM, "kid": key["kid"], "typ": kind}
    return jws.serialize_compact(header, payload, _key(key), registry=_registry())


def key_named(signed: str) -> str:
    """Say which key something claims to be signed with; raises `BadSignature` where it does not tell."""
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        named = jws.extract_compact(signed.encode("ascii"), registry=_registry()).protected.get("kid")
    except (JoseError, ValueError, TypeError) as error:
        raise BadSignature from error
    if not isinstance(named, str):
        raise BadSignature
    return named


def verified(signed: str, key: Mapping[str, str], kind: str) -> bytes:
    """Give the bytes that were signed with this key; raises `BadSignature`."""
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        public = _key(public_part(key))
        if public.thumbprint() != key["kid"]:
            raise BadSignature
        found = jws.deserialize_compact(signed.encode("ascii"), public, registry=_registry())
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadSignature from error
    if found.protected.get("kid") != key["kid"] or found.protected.get("typ") != kind:
        raise BadSignature
    return found.payload


def _key(key: Mapping[str, str]) -> ECKey:
    from joserfc.jwk import ECKey

    if key["crv"] != CURVE:
        raise ValueError(key["crv"])
    return ECKey.import_key({name: key[name] for name in (*KEY_MEMBERS, "d") if name in key})


@lru_cache(maxsize=1)
def _registry() -> JWSRegistry:
    """Give the library's own rules with room for a receipt of many images."""
    from joserfc.jws import JWSRegistry

    made = JWSRegistry(algorithms=[ALGORITHM])
    made.max_payload_length = PAYLOAD_BYTES_MOST
    return made


def _texts(key: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name, value in key.items() if isinstance(value, str)}
