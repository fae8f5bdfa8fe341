"""The keys a portal signs receipts with: one signs, those of before stay published so that old receipts can be checked.

Each new key is vouched for by the one before it; whoever knew that one can believe the new one. The private part of a
key that was replaced is forgotten.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from core.files.whole import write_for_good
from portal.names import Jws
from portal.server.base.clock import Clock
from portal.signatures import new_key, sign
from portal.wire.json_values import to_json
from portal.wire.moments import utc_text
from portal.wire.receipts import KEY_KIND, RECEIPT_KIND, PublicKey, PublicKeys


class ReceiptKeys:
    """The keys in one file, its owner's alone, made when they are first wanted; another process may change it."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file, self._clock = file, clock

    def published(self) -> PublicKeys:
        """Give the public keys, the one that signs first."""
        return self._read()[1]

    def sign(self, receipt: bytes) -> Jws:
        """Sign a receipt."""
        return Jws(sign(receipt, self._read()[0], RECEIPT_KIND))

    def rotate(self) -> PublicKey:
        """Sign with a new key from now on; gives it."""
        old, published = self._read()
        key = new_key()
        vouched = Jws(sign(key["kid"].encode("ascii"), old, KEY_KIND))
        fresh = replace(_public(key, self._clock()), vouched=vouched)
        write_for_good(self._file, _written(key, PublicKeys((fresh, *published.keys))))
        return fresh

    def _read(self) -> tuple[dict[str, str], PublicKeys]:
        if not self._file.exists():
            key = new_key()
            first = PublicKeys((_public(key, self._clock()),))
            with contextlib.suppress(FileExistsError):
                write_for_good(self._file, _written(key, first), once=True)
        said = json.loads(self._file.read_text("utf-8"))
        return said["signs"], PublicKeys(tuple(PublicKey(**each) for each in said["published"]))


def _public(key: dict[str, str], now: datetime) -> PublicKey:
    return PublicKey(key["kid"], key["x"], key["y"], made_at=utc_text(now))


def _written(key: dict[str, str], published: PublicKeys) -> str:
    return json.dumps({"signs": key, "published": to_json(published)["keys"]})
