"""What a browser is called in the list of sign-ins and in the activity, from what it says of itself."""

from __future__ import annotations

# Each names those after it too, so the first that is found counts.
_BROWSERS = {
    "Scanshelf": "Scanshelf",  # the desktop program itself
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "Chromebook",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def browser_words(user_agent: str) -> str | None:
    """Say "Firefox, Windows"; only words of ours, whatever was sent."""
    return ", ".join(filter(None, (_named(_BROWSERS, user_agent), _named(_SYSTEMS, user_agent)))) or None


def _named(names: dict[str, str], user_agent: str) -> str | None:
    return next((name for mark, name in names.items() if mark in user_agent), None)
