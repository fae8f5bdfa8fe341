"""What the practice's staff asks of a portal: here only what this program's own practice portal needs."""

from __future__ import annotations

from pathlib import Path

from core.errors import PortalError
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.known_portals import read_token_file
from portal.wire.accounts import Invitation, Invited
from portal.wire.addresses import API_PATH
from portal.wire.json_values import to_json


def invite(url: str, token_file: Path, invitation: Invitation) -> str | None:
    """Invite a person; gives the activation code, None where they have an account already.

    Raises `PortalError`: "conflict" where the Patient ID is somebody else's.
    """
    with Connection(url, MachineToken(read_token_file(token_file))) as connection:
        try:
            path = f"{API_PATH}/staff/invitations"
            return connection.ask(Invited, "POST", path, json=to_json(invitation)).activation_code
        except PortalError as problem:
            if problem.code == "conflict" and problem.facts.get("reason") == "has-account":
                return None
            raise
