"""Objects in a bucket of an S3 server: put with their SHA-256, which the server checks, and read back."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from portal.server.objects.remote import StoreUnavailable
from portal.server.objects.store import ArrivingFile

_PIECE = 1 << 20
MULTIPART_FROM = 64 << 20
_GONE = frozenset({"NoSuchKey", "404", "NotFound"})


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """`s3://bucket/prefix?endpoint=https://s3.example.org&region=eu-central-1`, without any secret."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None


def bucket_address(url: str) -> BucketAddress:
    """Read an address; raises `ValueError` for anything else, also for one with a secret in it."""
    parts = urlsplit(url)
    said = parse_qs(parts.query, strict_parsing=bool(parts.query))
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or not said.keys() <= {"endpoint", "region"}:
        raise ValueError("no bucket")
    endpoint = said.get("endpoint", [None])[0]
    if endpoint is not None and urlsplit(endpoint).scheme not in ("http", "https"):
        raise ValueError("no endpoint")
    prefix = parts.path.strip("/")
    return BucketAddress(parts.netloc, f"{prefix}/" if prefix else "", endpoint, said.get("region", [None])[0])


class Bucket:
    """One bucket, or what is below a prefix of it. Credentials are boto3's: environment, its own files, the machine."""

    def __init__(self, address: BucketAddress, *, credentials: Mapping[str, str] | None = None) -> None:
        import boto3
        from botocore.config import Config

        patience = Config(connect_timeout=10, read_timeout=60, retries={"max_attempts": 4, "mode": "standard"})
        self._address = address
        self._client: Any = boto3.client(
            "s3", endpoint_url=address.endpoint, region_name=address.region, config=patience, **(credentials or {})
        )

    def put(self, sha256: str, file: ArrivingFile) -> None:
        """Put an object unless it is there, and read it back; an answer that never came is made up for by that."""
        if self.size(sha256) == file.size and self._is_right(sha256):
            return
        trouble: StoreUnavailable | None = None
        try:
            with _trouble():
                self._send(sha256, file)
        except StoreUnavailable as error:
            trouble = error
        if not self._is_right(sha256):
            raise trouble or StoreUnavailable("an object came back other than it was put")

    def read(self, sha256: str) -> Iterator[bytes]:
        """Give an object piece by piece."""
        with _trouble():
            body = self._client.get_object(Bucket=self._address.bucket, Key=self._key(sha256))["Body"]
            with body:
                yield from body.iter_chunks(_PIECE)

    def size(self, sha256: str) -> int | None:
        """Say how large an object is."""
        try:
            with _trouble():
                found = self._client.head_object(Bucket=self._address.bucket, Key=self._key(sha256))
        except FileNotFoundError:
            self.need()  # HEAD says of a bucket that is gone what it says of an object
            return None
        return int(found["ContentLength"])

    def remove(self, sha256: str) -> None:
        """Remove an object."""
        with _trouble():
            self._client.delete_object(Bucket=self._address.bucket, Key=self._key(sha256))

    def remove_all(self, hashes: Sequence[str]) -> None:
        """Remove objects, at most a thousand, with one question."""
        with _trouble():
            answer = self._client.delete_objects(
                Bucket=self._address.bucket,
                Delete={"Objects": [{"Key": self._key(sha256)} for sha256 in hashes], "Quiet": True},
            )
        for failed in answer.get("Errors", ()):
            raise StoreUnavailable(str(failed.get("Code")))

    def listed(self) -> Iterator[tuple[str, int]]:
        """Give hash and size of all objects below the prefix."""
        with _trouble():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._address.bucket, Prefix=self._address.prefix):
                for each in page.get("Contents", ()):
                    yield str(each["Key"]).rpartition("/")[2].removesuffix(".dcm"), int(each["Size"])

    def _send(self, sha256: str, file: ArrivingFile) -> None:
        where = {"Bucket": self._address.bucket, "Key": self._key(sha256)}
        if file.size >= MULTIPART_FROM:
            from boto3.s3.transfer import TransferConfig

            parts = TransferConfig(
                multipart_threshold=MULTIPART_FROM, multipart_chunksize=MULTIPART_FROM, max_concurrency=2
            )
            checked = {"ChecksumAlgorithm": "SHA256"}
            self._client.upload_file(str(file.path), where["Bucket"], where["Key"], ExtraArgs=checked, Config=parts)
            return
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode("ascii")
        with file.path.open("rb") as body:
            self._client.put_object(Body=body, ChecksumSHA256=checksum, ContentLength=file.size, **where)

    def _is_right(self, sha256: str) -> bool:
        digest = hashlib.sha256()
        try:
            for piece in self.read(sha256):
                digest.update(piece)
        except FileNotFoundError:
            return False
        return digest.hexdigest() == sha256

    def need(self) -> None:
        """Ask whether the bucket is there."""
        try:
            with _trouble():
                self._client.head_bucket(Bucket=self._address.bucket)
        except FileNotFoundError as error:
            raise StoreUnavailable("the bucket is not there") from error

    def _key(self, sha256: str) -> str:
        return f"{self._address.prefix}{sha256[:2]}/{sha256}.dcm"


@contextmanager
def _trouble() -> Iterator[None]:
    """Tell an object that is not there from a server that cannot be reached, or refuses."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _GONE:
            raise FileNotFoundError(code) from error
        raise StoreUnavailable(code) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreUnavailable(type(error).__name__) from error
