"""Pages in the system's own browser."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from core.errors import PortalError
from portal.names import is_link


class SystemBrowser:
    """Opens pages of the internet, secured, and of this computer; `refused` is told of any other link."""

    def __init__(self, refused: Callable[[Exception], None]) -> None:
        self._refused = refused
        self.open_url: Callable[[str], bool] = lambda url: QDesktopServices.openUrl(QUrl(url))  # checked before

    def open_link(self, link: str) -> None:
        """Open what a portal calls a page."""
        if is_link(link):
            self.open_url(link)
        else:
            self._refused(PortalError("link-refused"))
