"""An account with exams, and a share of one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal_tools import Portal, SignedIn
from tests.share_tools import exam_of, make


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    """Give a signed-in account."""
    return portal.account()


@pytest.fixture
def made(portal: Portal, anna: SignedIn) -> dict[str, Any]:
    """Give a share of one exam, as it was answered when it was made."""
    return make(portal, anna.token, exams=[exam_of(portal, anna)])
