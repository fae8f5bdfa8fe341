"""What was left because it was damaged is sent once a whole copy is there: queued before, sent in part, or paused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.job import QuietJob
from library.objects.incoming import StandsBack
from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.upload.queue import run_queue
from portal.client.upload.targets.portal_target import PortalTarget
from tests.discs.files import ANNA
from tests.portal_tools import Portal, SignedIn
from tests.upload_tools import HURRIED, STUDY, put_image, put_images, run_upload


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        yield opened


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(ANNA.patient_name, ANNA.patient_birth_date, ANNA.patient_id)


@pytest.fixture
def target(portal: Portal, anna: SignedIn) -> Iterator[PortalTarget]:
    with closing(PortalTarget(Connection(portal.url, MachineToken(anna.token)))) as made:
        yield made


def put_damaged(library: Library) -> str:
    put_images(library, [1, 2])
    return put_image(library, 3, rows=15, damaged="truncated")


def put_whole(library: Library, uid: str) -> None:
    put_image(library, 3)
    damaged, whole = sorted(library.twins(uid), key=lambda one: one.damaged is None)
    library.stand_back([StandsBack(damaged.person_key, damaged.sha256, whole.person_key, whole.sha256, "damaged")])


def test_what_was_sent_in_part_is_completed_by_sending_the_rest(library: Library, target: PortalTarget) -> None:
    uid = put_damaged(library)
    first = run_upload(library, target, kind="portal")
    assert (first.state, first.stored, [one.code for one in first.left]) == ("partial", 2, ["truncated"])
    put_whole(library, uid)
    assert library.study(STUDY).uploaded == "partly"
    again = run_upload(library, target, kind="portal")
    assert (again.state, again.instances, again.stored, again.already, again.left) == ("complete", 3, 1, 2, ())
    assert library.study(STUDY).uploaded == "complete"


@pytest.mark.parametrize("paused", [False, True])
def test_what_was_queued_while_damaged_is_sent_whole(
    library: Library, target: PortalTarget, portal: Portal, anna: SignedIn, paused: bool
) -> None:
    uid = put_damaged(library)
    upload = library.begin_upload(STUDY, target.url, "portal")
    if paused:
        library.pause_upload(upload)
    put_whole(library, uid)
    if paused:
        library.resume_upload(upload)
    run_queue(
        library, lambda _: PortalTarget(Connection(portal.url, MachineToken(anna.token))), QuietJob(), limits=HURRIED
    )
    row = library.upload(upload)
    assert (row.state, row.instances, row.stored) == ("complete", 3, 3)


def test_what_is_begun_again_after_it_was_healed_holds_the_whole_one(library: Library, target: PortalTarget) -> None:
    uid = put_damaged(library)
    run_upload(library, target, kind="portal")
    put_whole(library, uid)
    (upload,) = library.uploads()
    library.retry_upload(upload.id)
    assert {item.damaged for item in library.upload_items(upload.id)} == {None}
