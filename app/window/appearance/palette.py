"""The colours of the window as plain data, and the contrast they are tested for."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """One set of colours as `#RRGGBB`; red is for loss only, amber says "look here".

    `track` lies under what shows a share, and under what cannot be pressed now; `line` parts things and may be as loud
    as `edge`; `on_picture` is seen where a picture will be, which is black in every style.
    """

    dark: bool
    window: str
    rail: str
    surface: str
    field: str
    ink: str
    muted: str
    line: str
    edge: str
    track: str
    on_picture: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    accent_ink: str
    hover: str
    loss: str
    loss_soft: str
    amber: str
    amber_soft: str
    good: str
    good_soft: str

    def colours(self) -> dict[str, str]:
        """Give every colour by its name, for the style sheet."""
        return {name: value for name, value in asdict(self).items() if isinstance(value, str)}


LIGHT = Palette(
    dark=False,
    window="#F5F7F6",
    rail="#E9EEEC",
    surface="#FFFFFF",
    field="#FFFFFF",
    ink="#17211F",
    muted="#52605D",
    line="#D7DEDC",
    edge="#7D8B88",
    track="#D7DEDC",
    on_picture="#7D8B88",
    accent="#0F766E",
    accent_hover="#0B5F58",
    on_accent="#FFFFFF",
    accent_soft="#D5EBE8",
    accent_ink="#0B5A54",
    hover="#EDF2F1",
    loss="#B42318",
    loss_soft="#FCEBE9",
    amber="#8A4B00",
    amber_soft="#FFF2D9",
    good="#0B5A54",
    good_soft="#E0F2EF",
)

DARK = Palette(
    dark=True,
    window="#131817",
    rail="#0D1110",
    surface="#1C2322",
    field="#151B1A",
    ink="#E9EFED",
    muted="#A5B3B0",
    line="#323D3B",
    edge="#74837F",
    track="#323D3B",
    on_picture="#74837F",
    accent="#5EEAD4",
    accent_hover="#8CF3E3",
    on_accent="#06302B",
    accent_soft="#17403B",
    accent_ink="#8CF3E3",
    hover="#26302E",
    loss="#FF9E94",
    loss_soft="#3B1E1B",
    amber="#FBC265",
    amber_soft="#382A10",
    good="#8CF3E3",
    good_soft="#14322E",
)

HIGH_CONTRAST_LIGHT = Palette(
    dark=False,
    window="#FFFFFF",
    rail="#FFFFFF",
    surface="#FFFFFF",
    field="#FFFFFF",
    ink="#000000",
    muted="#1F2725",
    line="#000000",
    edge="#000000",
    track="#C4CCCA",
    on_picture="#C4CCCA",
    accent="#004D47",
    accent_hover="#00332F",
    on_accent="#FFFFFF",
    accent_soft="#22A196",
    accent_ink="#000000",
    hover="#E3E8E7",
    loss="#8F0F06",
    loss_soft="#FFFFFF",
    amber="#5F3300",
    amber_soft="#FFFFFF",
    good="#00332F",
    good_soft="#FFFFFF",
)

HIGH_CONTRAST_DARK = Palette(
    dark=True,
    window="#000000",
    rail="#000000",
    surface="#000000",
    field="#000000",
    ink="#FFFFFF",
    muted="#E4ECEA",
    line="#FFFFFF",
    edge="#FFFFFF",
    track="#4A5553",
    on_picture="#C4CCCA",
    accent="#7CF5E2",
    accent_hover="#B6FBF0",
    on_accent="#000000",
    accent_soft="#0F6B62",
    accent_ink="#FFFFFF",
    hover="#1E2A28",
    loss="#FFB3AB",
    loss_soft="#000000",
    amber="#FFD58A",
    amber_soft="#000000",
    good="#B6FBF0",
    good_soft="#000000",
)


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two `#RRGGBB` colours (WCAG 2.2, 1.4.3), from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
