"""Text on paper in any script.

Latin goes out as the PDF's own Helvetica or Courier. Other scripts are set by Pillow (HarfBuzz shapes Arabic and Hindi,
FriBidi turns Hebrew round) with a font of this computer that has the letters, and put in as a fine picture. Where no
font has them nobody is shown boxes: what has a Latin equivalent is written with it, the rest is left out, and said so.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

FINENESS = 6  # picture points to a PDF point: 432 to the inch
NOT_PRINTABLE = "(in letters this computer cannot print)"
SHAPED = range(0x0590, 0x0E00)  # from Hebrew to Sinhala: without Raqm these come out turned round or in pieces
NOBODYS = "\U0010fffe"  # no font has it: drawn as the font's box
FONTS = (  # most letters first; files of Linux, macOS, Windows
    "DejaVuSans.ttf",
    "segoeui.ttf",
    "Arial Unicode.ttf",
    "arial.ttf",
    "NotoSans-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSerifCJK-Regular.ttc",
    "NotoSansCJK-Bold.ttc",
    "NotoSerifCJK-Bold.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "Hiragino Sans GB.ttc",
    "AppleSDGothicNeo.ttc",
    "msyh.ttc",
    "YuGothM.ttc",
    "msgothic.ttc",
    "malgun.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "Nirmala.ttf",
    "Nirmala.ttc",
    "leelawui.ttf",
    "tahoma.ttf",
)


@dataclass(frozen=True, slots=True)
class Style:
    """One of the PDF's own fonts, in a size and a colour."""

    font: str
    size: float
    colour: Color


@dataclass(slots=True)
class Lettering:
    """Sets lines on one canvas; `files` are this computer's fonts unless others are given."""

    canvas: Canvas
    files: Sequence[Path] | None = None
    _fonts: dict[int, list[ImageFont.FreeTypeFont]] = field(default_factory=dict)

    def wrapped(self, text: str, style: Style, width: float) -> list[str]:
        """Break text into lines of this width; where a script has no spaces, or a word is too long, between letters."""
        lines = [""]
        for word in _pieces(self.printable(text)):
            if self.width((lines[-1] + word).rstrip(), style) <= width:
                lines[-1] += word
            elif self.width(word.rstrip(), style) <= width:
                lines.append(word)
            else:
                self._break(lines, word, style, width)
        return [line.strip() for line in lines if line.strip()]

    def width(self, text: str, style: Style) -> float:
        """Measure one line."""
        if _is_latin(text):
            return float(stringWidth(text, style.font, style.size))
        return sum(font.getlength(run) for run, font in self._runs(text, style.size)) / FINENESS

    def draw(self, x: float, y: float, text: str, style: Style) -> None:
        """Set one line with its baseline at y."""
        text = self.printable(text)
        if _is_latin(text):
            self.canvas.setFont(style.font, style.size)
            self.canvas.setFillColor(style.colour)
            self.canvas.drawString(x, y, text)
            return
        for run, font in self._runs(text, style.size):
            self._draw_run(x, y, run, font, style)
            x += font.getlength(run) / FINENESS

    def printable(self, text: str) -> str:
        """Give the text as far as letters for it are found."""
        if all(self._covering(letter) is not None for letter in text if not _is_latin(letter)):
            return text
        plain = "".join(map(_latin, text)).strip(" ,.-")
        return plain if any(each.isalpha() for each in plain) else NOT_PRINTABLE

    def _break(self, lines: list[str], word: str, style: Style, width: float) -> None:
        for letter in word:
            if self.width((lines[-1] + letter).rstrip(), style) > width:
                lines.append("")
            lines[-1] += letter

    def _draw_run(self, x: float, y: float, run: str, font: ImageFont.FreeTypeFont, style: Style) -> None:
        left, top, right, bottom = font.getbbox(run, anchor="ls", direction=_direction())
        edge = FINENESS
        size = (int(right - left) + 2 * edge, int(bottom - top) + 2 * edge)
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).text(
            (edge - left, edge - top), run, fill=255, font=font, anchor="ls", direction=_direction()
        )
        picture = Image.new("RGBA", size, tuple(round(part * 255) for part in style.colour.rgb()))
        picture.putalpha(mask)
        corner = (x + (left - edge) / FINENESS, y - (bottom + edge) / FINENESS)
        width, height = (each / FINENESS for each in size)
        self.canvas.drawImage(ImageReader(picture), *corner, width, height, mask="auto")

    def _runs(self, text: str, size: float) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        """Cut a line where the font changes; one font for all of it where there is one, which keeps its order right."""
        fonts = self._at(size)
        needed = [letter for letter in text if not letter.isspace()]
        for index, font in enumerate(fonts):
            if all(self._has(index, letter) for letter in needed):
                return [(text, font)]
        runs: list[tuple[str, ImageFont.FreeTypeFont]] = []
        for letter in text:
            font = fonts[self._covering(letter) or 0]
            if runs and (runs[-1][1] is font or letter.isspace()):
                runs[-1] = (runs[-1][0] + letter, runs[-1][1])
            else:
                runs.append((letter, font))
        return runs

    def _covering(self, letter: str) -> int | None:
        """Give which font has a letter, where it can also be set the way its script wants."""
        if ord(letter) in SHAPED and not features.check("raqm"):
            return None
        return next((index for index in range(len(self._at(12))) if self._has(index, letter)), None)

    def _has(self, index: int, letter: str) -> bool:
        if letter.isspace() or unicodedata.category(letter) in ("Cf", "Mn"):
            return True
        font = self._at(12)[index]
        return bytes(font.getmask(letter)) != bytes(font.getmask(NOBODYS))

    def _at(self, size: float) -> list[ImageFont.FreeTypeFont]:
        points = round(size * FINENESS)
        if points not in self._fonts:
            files = font_files() if self.files is None else self.files
            self._fonts[points] = list(_opened(files, points))
        return self._fonts[points]


def _opened(files: Sequence[Path], points: int) -> Iterator[ImageFont.FreeTypeFont]:
    """Open fonts; one that cannot be read is one fewer."""
    for file in files:
        with suppress(OSError):
            yield ImageFont.truetype(str(file), points)


def _direction() -> str | None:
    """Lines run from the left, names in them as they are written; Pillow without Raqm knows no directions."""
    return "ltr" if features.check("raqm") else None


def _is_latin(text: str) -> bool:
    """Say whether the PDF's own fonts have all of it (WinAnsi)."""
    try:
        return bool(text.encode("cp1252")) or not text
    except UnicodeEncodeError:
        return False


def _latin(letter: str) -> str:
    """Give a letter as the PDF's own fonts can write it, without its accent where need be."""
    if _is_latin(letter):
        return letter
    return "".join(each for each in unicodedata.normalize("NFKD", letter) if _is_latin(each))


def _pieces(text: str) -> Iterator[str]:
    """Cut text where a line may end: after spaces, and between letters of scripts that have none."""
    word = ""
    for letter in text:
        word += letter
        if letter.isspace() or unicodedata.east_asian_width(letter) in ("W", "F"):
            yield word
            word = ""
    if word:
        yield word


@lru_cache(maxsize=1)
def font_files() -> tuple[Path, ...]:
    """Find the fonts of this computer that have many letters; none where Pillow cannot set them."""
    if not features.check("freetype2"):
        return ()
    found: dict[str, Path] = {}
    for folder in _font_folders():
        for place, _, names in os.walk(folder):
            for name in set(names) & set(FONTS):
                found.setdefault(name, Path(place) / name)
    return tuple(found[name] for name in FONTS if name in found)


def _font_folders() -> tuple[Path, ...]:
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",)
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"))
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
