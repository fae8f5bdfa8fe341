"""One caller's many questions never keep the others waiting."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import anyio

from portal.server.base.turns import Turns
from tests.portal_tools import Portal
from tests.unit.portal.server.dicomweb.senders import made


async def _crowd(turns: Turns, crowd: int, served: list[str]) -> None:
    go_on = anyio.Event()

    async def ask(who: str) -> None:
        async with turns.turn(who):
            served.append(who)
            await go_on.wait()

    async with anyio.create_task_group() as tasks:
        for _ in range(crowd):
            tasks.start_soon(ask, "many")
        await anyio.wait_all_tasks_blocked()
        assert served == ["many"] * 3
        tasks.start_soon(ask, "one")
        await anyio.wait_all_tasks_blocked()
        assert served[-1] == "one"
        go_on.set()


def test_somebody_with_many_questions_leaves_a_place_to_others() -> None:
    served: list[str] = []
    anyio.run(_crowd, Turns(4, 3), 50, served)
    assert (served.count("many"), served.count("one")) == (50, 1)


async def _left(turns: Turns) -> None:
    async with turns.turn("a"):
        with anyio.move_on_after(0):
            async with turns.turn("a"):
                raise AssertionError("there is one place only")
    async with turns.turn("a"), turns.turn("b"):
        pass


def test_who_leaves_the_queue_takes_no_place_along() -> None:
    anyio.run(_left, Turns(2, 1))


def test_proving_many_uploads_at_once_keeps_nobody_waiting(portal: Portal) -> None:
    """Each proof waits for the writer's lock here; as many as there are threads must not keep the others out."""
    anna = portal.account()
    image = made()
    item = {"sop_instance_uid": "1.1", "size": len(image), "sha256": hashlib.sha256(image).hexdigest()}
    person = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504"}
    manifest = {"study_instance_uid": "1.2.3.4", "person": person, "items": [item]}
    with ThreadPoolExecutor(45) as senders:
        with portal.services.database.writing():
            asked = [senders.submit(portal.post, "/api/v1/uploads", anna.token, json=manifest) for _ in range(45)]
            assert {portal.get("/api/v1/account", anna.token).status_code for _ in range(20)} == {200}
            assert not any(each.done() for each in asked)
        assert {each.result().status_code for each in asked} == {200}
