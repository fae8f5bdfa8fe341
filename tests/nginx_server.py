"""A real nginx on a free loopback port with the configuration that is shipped, in front of a portal."""

from __future__ import annotations

import datetime
import ipaddress
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.tools import REPOSITORY, needs_tool

SHIPPED = REPOSITORY / "packaging" / "deploy" / "nginx.conf"
START_SECONDS = 30
AROUND = """
{user}
pid {folder}/pid;
error_log {folder}/error.log warn;
worker_processes 1;
daemon off;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def free_port() -> int:
    """Give a port nobody has."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def nginx_as_shipped(folder: Path, port: int, portals: list[str]) -> Iterator[Path]:
    """Run it with https at `port` before `portals` (host:port); gives its certificate."""
    folder.mkdir(parents=True)
    certificate, key = make_certificate(folder)
    site = SHIPPED.read_text("utf-8")
    for shipped, here in (
        ("server 127.0.0.1:8470;", " ".join(f"server {each};" for each in portals)),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("/etc/ssl/scanshelf/fullchain.pem", str(certificate)),
        ("/etc/ssl/scanshelf/privkey.pem", str(key)),
    ):
        assert shipped in site
        site = site.replace(shipped, here)
    with _running(folder, port, site):
        yield certificate


@contextmanager
def nginx_by_default(folder: Path, portal: str) -> Iterator[str]:
    """Run it before a portal (host:port) with nothing said but that; gives its address."""
    folder.mkdir(parents=True)
    port = free_port()
    with _running(folder, port, f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://{portal}; }} }}"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(folder: Path, port: int, site: str) -> Iterator[None]:
    program, config = needs_tool("nginx"), folder / "nginx.conf"
    config.write_text(AROUND.format(folder=folder, site=site, user="" if os.geteuid() else "user root;"))
    process = subprocess.Popen([program, "-c", str(config), "-p", str(folder), "-e", str(folder / "error.log")])
    try:
        _wait(process, port, folder)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < deadline, "nginx did not start"
            time.sleep(0.02)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this computer that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "fullchain.pem", folder / "privkey.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*plain))
    return certificate, secret
