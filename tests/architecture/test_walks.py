"""The ways of a disc, a frame, a study and a share go through each room once, as docs/architecture.md draws them."""

from __future__ import annotations

from collections import Counter

import grimp
import pytest

from tests.architecture.walks import BEGIN, END, MAP, WALKS, drawn, read_imports, rooms, unlinked


@pytest.fixture(name="graph", scope="module")
def fixture_graph() -> grimp.ImportGraph:
    return read_imports()


@pytest.mark.parametrize("name", WALKS)
def test_a_walk_enters_each_room_once(name: str) -> None:
    assert max(Counter(rooms(WALKS[name])).values()) == 1


@pytest.mark.parametrize("name", WALKS)
def test_every_step_of_a_walk_is_an_import_of_the_code(name: str, graph: grimp.ImportGraph) -> None:
    assert unlinked(graph, WALKS[name]) == []


def test_a_step_that_no_import_bears_out_is_noticed(graph: grimp.ImportGraph) -> None:
    assert unlinked(graph, ("dicom.reading", "portal.server.sharing")) == [("dicom.reading", "portal.server.sharing")]


def test_the_map_shows_the_walks_as_they_are() -> None:
    text = MAP.read_text("utf-8")
    assert text[text.index(BEGIN) + len(BEGIN) : text.index(END)] == drawn()
