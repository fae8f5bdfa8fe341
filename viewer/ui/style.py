"""The viewer's dark dress: colours and style sheet, scaled with the text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Template

BASE_FONT = 13  # pixels of small text at 100 %


@dataclass(frozen=True, slots=True)
class Colours:
    """The viewer's colours as `#RRGGBB`: dark in every style, so that the picture is the brightest thing."""

    surround: str = "#000000"  # as black as the pictures, so that none shows an edge
    bar: str = "#131817"
    surface: str = "#1C2322"
    hover: str = "#26302E"
    ink: str = "#E9EFED"
    muted: str = "#A5B3B0"
    line: str = "#323D3B"
    edge: str = "#74837F"
    accent: str = "#5EEAD4"
    accent_soft: str = "#17403B"
    loss: str = "#FF9E94"
    amber: str = "#F2C063"
    text: str = "#DCE7E4"


_SHEET = Template("""
QWidget#viewer, QWidget#viewer QWidget { color: $ink; font-size: ${small}px; }
QWidget#viewer { background: $bar; }
QWidget#toolBar, QWidget#statusLine { background: $bar; }
QWidget#statusLine { border-top: 1px solid $line; }
QWidget#statusLine QLabel { color: $muted; background: transparent; }
QWidget#viewer QToolButton {
  background: transparent; border: 2px solid transparent; border-radius: ${p8}px;
  padding: ${p4}px ${p3}px; color: $ink; font-size: ${small}px;
}
QWidget#viewer QToolButton:hover { background: $hover; }
QWidget#viewer QToolButton:pressed { background: $accent_soft; }
QWidget#viewer QToolButton:checked { background: $accent_soft; color: $accent; }
QWidget#viewer QToolButton:focus { border-color: $accent; }
QWidget#viewer QToolButton:disabled { color: $edge; }
QWidget#viewer QToolButton::menu-indicator { image: none; width: 0; }
QWidget#viewer QPushButton {
  background: $surface; color: $ink; border: 1px solid $edge; border-radius: ${p8}px; padding: ${p8}px ${p16}px;
}
QWidget#viewer QPushButton:hover { background: $hover; }
QWidget#viewer QPushButton:focus { border: 2px solid $accent; }
QListView#seriesStrip { background: $bar; border: none; border-right: 1px solid $line; border-radius: 0; padding: 0; }
QListView#seriesStrip::item { background: transparent; }
QWidget#viewer QMenu {
  background: $surface; color: $ink; border: 1px solid $edge; border-radius: ${p8}px; padding: ${p4}px;
  icon-size: ${p16}px; menu-scrollable: 1;
}
QWidget#viewer QMenu::item { padding: ${p6}px ${p24}px ${p6}px ${p16}px; border-radius: ${p6}px; color: $ink; }
QWidget#viewer QMenu::item:selected { background: $accent_soft; color: $ink; }
QWidget#viewer QMenu::item:disabled { color: $edge; }
QWidget#viewer QMenu::separator { height: 1px; background: $edge; margin: ${p4}px ${p8}px; }
QScrollBar:vertical { background: $bar; width: ${p10}px; margin: 0; border: none; }
QScrollBar#stackBar:vertical { background: $surface; width: ${p16}px; }
QScrollBar::handle:vertical { background: $edge; border-radius: ${p3}px; min-height: ${p32}px; margin: 2px; }
QScrollBar::handle:vertical:hover { background: $accent; }
QScrollBar#stackBar:focus { border: 2px solid $accent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $surface; color: $ink; border: 1px solid $edge; padding: ${p4}px ${p8}px; }
""")


def sheet(colours: Colours, font_pixels: int) -> str:
    """Return the style sheet for small text of so many pixels."""
    scale = font_pixels / BASE_FONT
    sizes = {f"p{size}": round(size * scale) for size in (3, 4, 6, 8, 10, 16, 24, 32)}
    return _SHEET.substitute(asdict(colours), small=font_pixels, **sizes)
