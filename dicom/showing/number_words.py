"""Numbers as people write them, with as many digits as tell something."""

from __future__ import annotations

import math

_SMALLEST = 1e-4  # below it a power of ten is easier to read than zeros
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def short_number(value: float) -> str:
    """Return a number by itself: whole where it is whole, else three figures."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 100 or value == round(value):
        return f"{value:.0f}".replace("-", "−")
    if abs(value) < _SMALLEST:
        return _with_power(value, 2)
    return f"{value:.3g}".replace("-", "−")


def window_numbers(width: float, level: float) -> tuple[str, str]:
    """Return width and level of a window with the same grain: three figures of the width, so that a level far from
    zero still shows what a drag changes."""
    if not (math.isfinite(width) and math.isfinite(level)) or width <= 0:
        return short_number(width), short_number(level)
    decimals = 2 - math.floor(math.log10(width))
    return _rounded(width, decimals), _rounded(level, decimals)


def _rounded(value: float, decimals: int) -> str:
    """Return a number to so many decimals, without zeros at its end."""
    decimals = max(decimals, 0)
    value = round(value, min(decimals, 300)) + 0.0
    if value and abs(value) < _SMALLEST:
        return _with_power(value, max(decimals + math.floor(math.log10(abs(value))), 0))
    written = f"{value:.{decimals}f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written).replace("-", "−")


def _with_power(value: float, decimals: int) -> str:
    """Return a small number as digits and a power of ten."""
    digits, _, power = f"{value:.{decimals}e}".partition("e")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"{digits} × 10{str(int(power)).translate(_SUPERSCRIPTS)}".replace("-", "−")
