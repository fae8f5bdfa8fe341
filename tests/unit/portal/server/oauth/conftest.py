"""A desktop beside the portal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portal_tools import Portal
from tests.unit.portal.server.oauth.desktop import Desktop


@pytest.fixture
def desktop(portal: Portal) -> Iterator[Desktop]:
    """A desktop that signs in through a browser of its own."""
    made = Desktop(portal)
    yield made
    made.close()
