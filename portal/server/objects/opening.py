"""Which store a portal has: a folder, or a place elsewhere that its settings name."""

from __future__ import annotations

from portal.server.base.settings import ServerSettings
from portal.server.objects.remote import Remote, RemoteObjects
from portal.server.objects.s3 import Bucket, bucket_address
from portal.server.objects.store import PortalObjects


def open_store(settings: ServerSettings) -> PortalObjects:
    """Open the store; raises `ImportError` where what it needs is not installed, `ValueError` for no address."""
    remote = open_remote(settings)
    if remote is None:
        return PortalObjects(settings.objects, settings.incoming)
    return RemoteObjects(remote, settings.objects, settings.incoming)


def open_remote(settings: ServerSettings) -> Remote | None:
    """Open what keeps the objects elsewhere; `None` where a folder does."""
    if settings.store_url is None:
        return None
    return Bucket(bucket_address(settings.store_url))
