"""The reference portal's API as an OpenAPI document: docs/openapi.json.

openapi.py            write it
openapi.py --check    fail if it is not what the portal publishes
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from core.workers.worker import WorkerPool, WorkerSpec
from dicom.decoding.decoder import Decoder
from portal.server.base.clock import system_clock
from portal.server.base.database import Database
from portal.server.base.settings import ServerSettings
from portal.server.base.told_lately import ToldLately
from portal.server.base.tries import Tries
from portal.server.http.app import make_app
from portal.server.objects.store import PortalObjects
from portal.server.services import RATES, Services

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "openapi.json"


def published() -> str:
    """Return what the portal publishes of itself; nothing of it is started."""
    with tempfile.TemporaryDirectory() as folder:
        settings = ServerSettings(Path(folder), "http://127.0.0.1", local=True)
        database = Database(settings.database)
        store = PortalObjects(settings.objects, settings.incoming)
        decoder = Decoder(WorkerPool(WorkerSpec("dicom.decoding.decode_tasks")))
        tries = Tries(RATES, database, system_clock, b"")
        services = Services(settings, database, store, decoder, system_clock, b"", tries, ToldLately(tries))
        schema = make_app(services).openapi()
        database.close()
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the document."""
    text = published()
    if "--check" in arguments:
        same = DOCUMENT.exists() and DOCUMENT.read_text("utf-8") == text
        print("up to date" if same else "docs/openapi.json is old: run `make openapi`")
        return 0 if same else 1
    DOCUMENT.write_text(text, "utf-8")
    print(f"{DOCUMENT.relative_to(ROOT)}: {len(json.loads(text)['paths'])} paths")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
