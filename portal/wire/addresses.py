"""Where a portal answers, under its own address, and what it calls this program."""

from __future__ import annotations

WELL_KNOWN_PATH = "/.well-known/patient-portal"
OAUTH_METADATA_PATH = "/.well-known/oauth-authorization-server"
RECEIPT_KEYS_PATH = "/.well-known/jwks.json"
API_PATH = "/api/v1"
DICOMWEB_PATH = "/dicomweb"
SHARE_PATH = "/s"  # /s/{token} is a link; /s alone asks for a typed share code
CLIENT_ID = "scanshelf-desktop"
STORED_HEADER = "Scanshelf-Stored"  # of a STOW answer about one instance: the SHA-256 of what was stored
SHARE_SCHEME = "Share"  # Authorization: Share <session>
