"""Icons and styles, found beside this file: `importlib.resources` would bring imports the first window waits for."""

from __future__ import annotations

from pathlib import Path


def resource(*names: str) -> Path:
    """Give the file of that name in this folder: `resource("icons", "disc-3.svg")`."""
    return Path(__file__).parent.joinpath(*names)
