"""A browser beside the portal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portal_tools import Portal
from tests.unit.portal.server.web.browser import WebBrowser


@pytest.fixture
def browser(portal: Portal) -> Iterator[WebBrowser]:
    """A browser in which nobody is signed in."""
    made = WebBrowser(portal)
    yield made
    made.close()
