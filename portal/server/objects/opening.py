"""Which store a portal has: a folder, or a place elsewhere that its settings name.

Secrets come from the environment: for a bucket as boto3 reads them, for an archive from `USER`, `PASSWORD`, `TOKEN`.
"""

from __future__ import annotations

import base64
import os

from portal.server.base.database import Database
from portal.server.base.settings import ServerSettings
from portal.server.objects.archive import Archive, archive_address
from portal.server.objects.remote import RemoteObjects
from portal.server.objects.s3 import Bucket, bucket_address
from portal.server.objects.store import PortalObjects

USER, PASSWORD, TOKEN = "SCANSHELF_STORE_USER", "SCANSHELF_STORE_PASSWORD", "SCANSHELF_STORE_TOKEN"
S3, ARCHIVE = "s3://", "dicomweb+"


def open_store(settings: ServerSettings, database: Database) -> PortalObjects:
    """Open the store; raises `ImportError` where what it needs is not installed, `ValueError` for no address."""
    bucket = open_bucket(settings)
    if bucket is not None:
        return RemoteObjects(bucket, settings.objects, settings.incoming)
    if settings.store_url is None:
        return PortalObjects(settings.objects, settings.incoming)
    beside = PortalObjects(settings.beside, settings.incoming)
    archive = Archive(archive_address(settings.store_url), database, beside, _authorization())
    return RemoteObjects(archive, settings.objects, settings.incoming)


def open_bucket(settings: ServerSettings) -> Bucket | None:
    """Open the bucket that keeps the objects; `None` where none does."""
    url = settings.store_url
    return Bucket(bucket_address(url)) if url is not None and url.startswith(S3) else None


def check_place(url: str) -> None:
    """Raise `ValueError` for what is no place elsewhere."""
    if url.startswith(ARCHIVE):
        archive_address(url)
    else:
        bucket_address(url)


def _authorization() -> str | None:
    user, password, token = (os.environ.get(name) for name in (USER, PASSWORD, TOKEN))
    if token:
        return f"Bearer {token}"
    if user is None or password is None:
        return None
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
