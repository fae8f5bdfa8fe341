"""Icons: SVG files drawn in the colours of the moment."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap, QTransform
from PySide6.QtSvg import QSvgRenderer

from app.window.appearance.palette import Palette
from resources import resource

ALONG = frozenset({"arrow-left", "log-in", "log-out"})  # they point the way one reads, or back
TURNED = QTransform.fromScale(-1, 1)
SIZES = (20, 96)  # others are scaled down from the next larger one


class Icons:
    """Give icons by their name in `resources/icons`, in the palette's colours."""

    def __init__(self, palette: Palette) -> None:
        self._colours = palette.colours()
        self._made: dict[tuple[str, str], QIcon] = {}

    def __call__(self, name: str, colour: str | None = None) -> QIcon:
        """Give the icon `name`; `colour` is one of the palette's (as "loss" or "on_accent"), else the ink of text."""
        ink = self._colours[colour or "ink"]
        if (name, ink) not in self._made:
            self._made[name, ink] = self._make(name, ink, self._colours["muted"] if colour == "on_accent" else None)
        return self._made[name, ink]

    def _make(self, name: str, ink: str, disabled: str | None) -> QIcon:
        """Draw an icon; `disabled` is its ink where what it lies on changes its colour too, else Qt makes it paler."""
        icon = QIcon()
        turned = name in ALONG and QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for colour, mode in ((ink, QIcon.Mode.Normal), (disabled, QIcon.Mode.Disabled)):
            if colour is not None:
                renderer = QSvgRenderer(QByteArray(drawing(name).replace("currentColor", colour).encode()))
                for size in SIZES:
                    pixmap = drawn(renderer, size, 1.0)
                    icon.addPixmap(pixmap.transformed(TURNED) if turned else pixmap, mode)
        return icon


def drawing(name: str) -> str:
    """Read an icon's SVG text; raises `FileNotFoundError` for a name that is not there."""
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def drawn(renderer: QSvgRenderer, size: int, ratio: float) -> QPixmap:
    """Draw an SVG as a square of `size` logical pixels."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def app_icon() -> QIcon:
    """Give Scanshelf's own icon."""
    renderer = QSvgRenderer(QByteArray(resource("app.svg").read_bytes()))
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        icon.addPixmap(drawn(renderer, size, 1.0))
    return icon
