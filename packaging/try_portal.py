"""Try the built program's practice portal: its own process, an account, an upload, a share, a recipient without one."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 120
USER_NAME, PASSWORD = "martha", "a long made-up sentence"


class Commands:
    """The built program's commands, each of them tried with JSON; raises where one does not end well."""

    def __init__(self, program: Path, environment: dict[str, str], place: Path) -> None:
        self._program, self._place = program, place
        self.environment = dict(environment)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [str(self._program), *words, "--json"],
            env=self.environment,
            cwd=self._place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def say(self, *words: str, may_end: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """Run a command to its end and return its document."""
        process = self.start(*words)
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
        if process.returncode not in may_end:
            raise SystemExit(f"{' '.join(words[:2])} ended with {process.returncode}")
        document: dict[str, Any] = json.loads(said)
        return document


def try_portal(program: Path, environment: dict[str, str], place: Path) -> bool:
    """Go the way from the shelf the demo kept to a recipient's pictures; say how it went."""
    commands = Commands(program, environment, place)
    study = commands.say("list", "--library", str(place / "kept" / "shelf"))["studies"][0]
    with serving(commands, place / "portal data") as portal:
        commands.environment["SCANSHELF_TOKEN"] = make_account(commands, portal, place, study)
        uid = study["study_instance_uid"]
        library = ("--library", str(place / "kept" / "shelf"), "--portal", portal["url"])
        upload = commands.say("upload", uid, *library, may_end=(0, 1))["uploads"][0]
        share = commands.say("share", "create", uid, *library)
        pictures = received(portal["url"], share, study)
    proven, stayed = upload["stored"] + upload["already"], [each["code"] for each in upload["failed"]]
    print(f"portal: {proven} of {upload['instances']} images sent and proven, {len(stayed)} stayed here ", end="")
    print(f"({', '.join(stayed)}); {pictures} found with the share's code")
    return bool(proven == study["instances"] == pictures and not stayed)


@contextmanager
def serving(commands: Commands, data: Path) -> Iterator[dict[str, Any]]:
    """Run the practice portal; it must end cleanly when asked to."""
    process = commands.start("portal", "serve", "--port", "0", "--data", str(data))
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


def make_account(commands: Commands, portal: dict[str, Any], place: Path, study: dict[str, Any]) -> str:
    """Invite the person of the study, activate the account over HTTP, and return a token for machines."""
    data = ("--data", str(place / "portal data"))
    whom = ("--name", study["patient_name"], "--birth-date", study["patient_birth_date"])
    code = commands.say("portal", "invite", *whom, "--patient-id", study["patient_id"], *data)["activation_code"]
    post(f"{portal['url']}/api/v1/activation", {"code": code, "user_name": USER_NAME, "password": PASSWORD})
    token: str = commands.say("portal", "token", "--user", USER_NAME, *data)["token"]
    return token


def received(url: str, share: dict[str, Any], study: dict[str, Any]) -> int:
    """Redeem the share as somebody without an account; returns how many images the list holds, one picture fetched."""
    token = share["url"].rpartition("/")[2]
    opened = post(f"{url}/api/v1/redeem", {"token": token, "code": share["verification_code"]})
    headers = {"Authorization": f"Share {opened['session']}"}
    place = f"{url}/dicomweb/studies/{study['study_instance_uid']}"
    instances = json.loads(get(f"{place}/instances", headers | {"Accept": "application/dicom+json"}))
    series, sop = (instances[0][tag]["Value"][0] for tag in ("0020000E", "00080018"))
    picture = get(f"{place}/series/{series}/instances/{sop}/rendered", headers | {"Accept": "image/png"})
    return len(instances) if picture.startswith(b"\x89PNG") else 0


def post(url: str, content: dict[str, Any]) -> dict[str, Any]:
    """Post JSON and return the answer's."""
    request = urllib.request.Request(url, json.dumps(content).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        document: dict[str, Any] = json.load(answer)
    return document


def get(url: str, headers: dict[str, str]) -> bytes:
    """Get a body."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=PATIENCE_SECONDS) as answer:
        body: bytes = answer.read()
    return body
