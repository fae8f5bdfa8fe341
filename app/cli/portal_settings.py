"""From the words after `scanshelf portal` to what a server is told."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import platformdirs

from app.cli.portal_database import database_url
from app.cli.terminal import WrongUsage
from core.errors import PortalError

if TYPE_CHECKING:
    from portal.server.base.settings import Post, ServerSettings
    from portal.server.http.web_server import TlsFiles

DEFAULT_PORT = 8470
STORE_HELP = "where images are kept: a folder, s3://bucket or dicomweb+https://archive (default: the data folder)"
SMTP_PASSWORD, SMS_TOKEN = "SCANSHELF_SMTP_PASSWORD", "SCANSHELF_SMS_TOKEN"
EVERYWHERE = {"0.0.0.0", "::"}


def data_settings(arguments: argparse.Namespace) -> ServerSettings:
    """Say where the portal's data is; the address is the usual one until a server has noted its own."""
    from portal.server.base.settings import ServerSettings

    usual = f"http://127.0.0.1:{DEFAULT_PORT}"
    url = database_url(arguments.database, arguments.database_password_file)
    return ServerSettings(_data_folder(arguments.data), usual, True, database_url=url)


def serve_settings(arguments: argparse.Namespace) -> ServerSettings:
    """Say all a server is told; refuses what would send passwords in the open."""
    from portal.wire.people import Practice

    if not 0 <= arguments.port <= 65535:
        raise WrongUsage("--port is a number from 0 to 65535.")
    settings = data_settings(arguments)
    public_url = _public_url(arguments)
    told = Practice(arguments.practice or settings.practice.name, phone=arguments.phone or None)
    local, settings = _is_local(public_url, arguments.host), with_store(settings, arguments.store)
    origins, post = _origins(arguments.allow_origin), _post(arguments)
    settings = replace(settings, public_url=public_url, local=local, practice=told)
    return replace(settings, origins=origins, post=post, trusted_proxies=_proxies(arguments.trusted_proxy))


def _proxies(said: list[str] | None) -> tuple[str, ...]:
    """Read the addresses and networks of web servers in front."""
    try:
        return tuple(str(ip_network(each)) for each in said or ())
    except ValueError as error:
        raise WrongUsage("--trusted-proxy is an address or a network, such as 10.0.0.7 or 10.0.0.0/24.") from error


def _post(arguments: argparse.Namespace) -> Post:
    """Say how notices leave; passwords come from the environment, where others cannot list them."""
    from portal.server.base.settings import Post
    from portal.server.notices.ways.smtp import mail_server

    password = os.environ.get(SMTP_PASSWORD)
    try:
        if arguments.smtp:
            mail_server(arguments.smtp, password)
    except ValueError as error:
        raise WrongUsage(
            "--smtp is smtp://user@mail.example.org:587 or smtps://…; its password goes encrypted alone."
        ) from error
    if arguments.mailbox and (arguments.smtp or arguments.sms_hook):
        raise WrongUsage("--mailbox keeps every notice here, so --smtp and --sms-hook do not go with it.")
    if arguments.sms_hook and urlsplit(arguments.sms_hook).scheme not in {"http", "https"}:
        raise WrongUsage("--sms-hook is an address such as https://sms.example.org/send.")
    mailbox = Path(arguments.mailbox).expanduser().absolute() if arguments.mailbox else None
    hook, token = arguments.sms_hook, os.environ.get(SMS_TOKEN)
    return Post(mailbox, arguments.smtp, password, arguments.mail_from, hook, token)


def _origins(said: list[str] | None) -> tuple[str, ...]:
    """Read the origins of viewers elsewhere."""
    from portal.server.http.cors import origin

    try:
        return tuple(dict.fromkeys(origin(each) for each in said or ()))
    except ValueError as error:
        raise WrongUsage("--allow-origin is scheme, host and port, such as https://viewer.example.org.") from error


def tls_files(arguments: argparse.Namespace) -> TlsFiles | None:
    """Give the certificate files, both or none."""
    from portal.server.http.web_server import TlsFiles

    if bool(arguments.certificate) != bool(arguments.key):
        raise WrongUsage("--certificate and --key go together.")
    return TlsFiles(Path(arguments.certificate), Path(arguments.key)) if arguments.certificate else None


def _data_folder(chosen: str | None) -> Path:
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(platformdirs.user_data_dir("Scanshelf", appauthor=False)) / "portal"


def with_store(settings: ServerSettings, chosen: str | None) -> ServerSettings:
    """Say where the images are: a folder, a bucket, an archive; without a word the data folder's own.

    Raises `PortalError` "portal-store-unknown", or "portal-parts-missing" where what it needs is not installed.
    """
    if not chosen:
        return settings
    if "://" not in chosen:
        return replace(settings, store=Path(chosen).expanduser().absolute())
    from portal.server.objects.opening import S3, check_place

    try:
        check_place(chosen)
    except ValueError as error:
        raise PortalError("portal-store-unknown") from error
    if chosen.startswith(S3) and find_spec("boto3") is None:
        raise PortalError("portal-parts-missing", parts="boto3")
    return replace(settings, store_url=chosen)


def _public_url(arguments: argparse.Namespace) -> str:
    """Give the address people use, "" for the one that is listened on."""
    from portal.names import is_loopback_host

    if arguments.public_url:
        return _checked(arguments.public_url)
    if is_loopback_host(arguments.host):
        return ""
    if not arguments.certificate:
        raise PortalError("portal-needs-https")
    if arguments.host in EVERYWHERE:
        raise WrongUsage("say with --public-url what people reach it by.")
    return ""


def _checked(url: str) -> str:
    from portal.names import is_loopback_host

    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.path not in {"", "/"}:
        raise WrongUsage("--public-url is an address such as https://portal.example.org, without a path.")
    if parts.query or parts.fragment:
        raise WrongUsage("--public-url is an address such as https://portal.example.org, without a path.")
    if parts.scheme == "http" and not is_loopback_host(parts.hostname):
        raise PortalError("portal-needs-https")
    return url.rstrip("/")


def _is_local(public_url: str, host: str) -> bool:
    from portal.names import is_loopback_host

    return is_loopback_host(urlsplit(public_url).hostname or host)
