"""The DICOM side: who may send, how much at once, and what becomes of each C-STORE.

pynetdicom reads the protocol and its command sets in this process, which has the portal's token and nothing else; data
sets are bytes here, and read by the portal's workers alone.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import BaseServer
from typing import Any

from pydicom import Dataset
from pynetdicom import AE, _config, dimse_messages, evt
from pynetdicom.events import Event
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]
from pynetdicom.transport import ThreadedAssociationServer

from portal.connect.delivery import LATER, SUCCESS, Portal, Told
from portal.connect.spool import Spool
from portal.names import is_loopback_host, is_uid
from portal.wire.store_failures import FAILURE_NOT_UNDERSTOOD

log = logging.getLogger(__name__)

MOST_ASSOCIATIONS = 16
PDU_BYTES_MOST = 1 << 20
_IDLE_SECONDS = 120.0
_REJECTED = (0x01, 0x01, 0x03)  # permanently, by the service user, calling AE title not recognised (PS3.8 9.3.4)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen and to whom: `allowed` are hosts by calling AE title; without any, this computer alone."""

    aet: str
    port: int
    host: str = "127.0.0.1"
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def may_connect(self, address: str) -> bool:
        """Tell whether anything at all is taken from an address."""
        if not self.allowed:
            return is_loopback_host(address)
        return any(address in hosts for hosts in self.allowed.values())

    def may_send(self, calling_aet: str, address: str) -> bool:
        """Tell whether this AE may send from there."""
        if not self.allowed:
            return is_loopback_host(address)
        return address in self.allowed.get(calling_aet.strip(), ())


@contextmanager
def listening(what: Listening, spool: Spool, portal: Portal) -> Iterator[int]:
    """Receive until the end; gives the port. What is under way then is answered first, or sent again by its sender."""
    ae = AE(ae_title=what.aet)
    ae.add_supported_context(Verification)
    ae.maximum_associations = MOST_ASSOCIATIONS
    ae.maximum_pdu_size = PDU_BYTES_MOST // 2
    ae.require_called_aet = True
    ae.acse_timeout, ae.dimse_timeout, ae.network_timeout = 10.0, _IDLE_SECONDS, _IDLE_SECONDS
    handlers: list[Any] = [
        (evt.EVT_CONN_OPEN, _bound_pieces),
        (evt.EVT_REQUESTED, _reject_unknown, [what]),
        (evt.EVT_C_ECHO, lambda _event: SUCCESS),
        (evt.EVT_C_STORE, _store, [spool, portal]),
        (evt.EVT_CONN_CLOSE, _let_go, [spool]),
    ]
    with _streaming_to(spool):
        server = ae.make_server(
            (what.host, what.port),
            evt_handlers=handlers,
            server_class=_server_for(what),
        )
        thread = threading.Thread(target=server.serve_forever, name="DICOM")
        thread.start()
        try:
            yield server.socket.getsockname()[1]  # type: ignore[union-attr]
        finally:
            BaseServer.shutdown(server)  # pynetdicom's own wants to have started it itself
            thread.join()
            for association in server.active_associations:
                association.abort()
                association.join(_IDLE_SECONDS)
            server.server_close()


def _server_for(what: Listening) -> type[ThreadedAssociationServer]:
    class Server(ThreadedAssociationServer):
        """Takes connections from known hosts, so many at once."""

        def verify_request(self, request: Any, client_address: Any) -> bool:
            """Say whether to talk with who has connected; else the connection is closed without a word."""
            known = what.may_connect(_plain(client_address[0]))
            return known and len(self.active_associations) <= MOST_ASSOCIATIONS

    return Server


def _store(event: Event, spool: Spool, portal: Portal) -> int | Dataset:
    """Give the portal one instance and say what became of it."""
    uid = str(event.request.AffectedSOPInstanceUID or "")  # type: ignore[union-attr]
    file = spool.take(event.dataset_path) if event.request._dataset_path else None
    if file is None or not is_uid(uid):
        if file is not None:
            file.discard()
        return _answer(Told(FAILURE_NOT_UNDERSTOOD, "no data set, or no SOP Instance UID"))
    if file.refused is not None:
        file.discard()
        full = file.refused == "no-space"
        return _answer(Told(LATER, "no room left") if full else Told(FAILURE_NOT_UNDERSTOOD, "larger than is taken"))
    try:
        told = portal.deliver(uid, file.finished())
    except OSError:
        told = Told(LATER, "could not be kept here")
    if told.status != SUCCESS:
        log.warning("an instance was not stored: %04XH, %s", told.status, told.comment)
    return _answer(told)


def _answer(told: Told) -> int | Dataset:
    if told.status == SUCCESS:
        return SUCCESS
    answer = Dataset()
    answer.Status = told.status
    answer.ErrorComment = told.comment[:64]
    return answer


def _bound_pieces(event: Event) -> None:
    """Let no peer announce a piece that would fill the memory: the connection ends there, and its socket with it."""
    connection = event.assoc.dul.socket
    peer = None if connection is None else connection.socket
    if connection is None or peer is None:
        return
    receive = connection.recv

    def bounded(nr_bytes: int) -> bytearray:
        if nr_bytes > PDU_BYTES_MOST:
            raise OSError("a PDU larger than was agreed")
        return receive(nr_bytes)

    def ended() -> None:
        with suppress(OSError):  # whom nobody is connected with any more
            peer.shutdown(socket.SHUT_RDWR)
        peer.close()

    connection.recv = bounded  # type: ignore[method-assign]
    connection._shutdown_socket = ended  # type: ignore[method-assign]


def _reject_unknown(event: Event, what: Listening) -> None:
    requestor = event.assoc.requestor
    calling = requestor.primitive.calling_ae_title if requestor.primitive is not None else ""
    address = _plain(str(requestor.address))
    if not what.may_send(str(calling), address):
        log.warning("an association was refused: its calling AE may not send from there")
        event.assoc.acse.send_reject(*_REJECTED)
        event.assoc.kill()


def _let_go(event: Event, spool: Spool) -> None:
    """Remove what had come in halfway when a connection ended, and let nobody wait for who has gone."""
    event.assoc.dul.to_user_queue.put(None)
    message = event.assoc.dimse.message
    path = getattr(message, "_data_set_path", None)
    file = spool.take(path) if path is not None else None
    if file is not None:
        file.discard()


def _plain(address: str) -> str:
    """Give an address without what marks IPv4 in IPv6."""
    return address.removeprefix("::ffff:")


@contextmanager
def _streaming_to(spool: Spool) -> Iterator[None]:
    """Have pynetdicom write data sets to the spool as they come, whatever SOP class and transfer syntax they have.

    These are settings of the module; `NamedTemporaryFile` is where it would put them otherwise, without any bound.
    """
    before = _config.STORE_RECV_CHUNKED_DATASET, _config.UNRESTRICTED_STORAGE_SERVICE
    temporary = dimse_messages.NamedTemporaryFile  # type: ignore[attr-defined]
    _config.STORE_RECV_CHUNKED_DATASET = _config.UNRESTRICTED_STORAGE_SERVICE = True
    dimse_messages.NamedTemporaryFile = spool.begin  # type: ignore[attr-defined, assignment]
    try:
        yield
    finally:
        _config.STORE_RECV_CHUNKED_DATASET, _config.UNRESTRICTED_STORAGE_SERVICE = before
        dimse_messages.NamedTemporaryFile = temporary  # type: ignore[attr-defined]


def addresses_of(host: str) -> frozenset[str]:
    """Give the addresses a host has now; raises `OSError` where nobody knows it."""
    return frozenset(_plain(str(found[4][0])) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
