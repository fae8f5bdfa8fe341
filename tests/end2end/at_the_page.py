"""Stands in for the system's browser: opens the portal's page, signs in there, and shows what it says at the end.

BROWSER="python at_the_page.py forms|chromium NAME PASSWORD %s"
"""

from __future__ import annotations

import sys


def main() -> int:
    """Sign in as asked; what is written here must not get into the program's own output."""
    way, name, password, address = sys.argv[1:]
    sys.stdout.write("the browser's own remark\n")
    done = by_chromium(address, name, password) if way == "chromium" else by_forms(address, name, password)
    return 0 if done else 1


def by_forms(address: str, name: str, password: str) -> bool:
    """Send the form as a browser would."""
    from tests.unit.portal.client.hands import signing_in

    hands = signing_in(name, password)
    hands.open(address)
    hands.rest()
    return "You are signed in." in hands.page


def by_chromium(address: str, name: str, password: str) -> bool:
    """Type into the page in a real browser."""
    from app.demo.browsing.browser import Browser

    with Browser() as browser:
        browser.open(address, 900, 700)
        browser.type("input[name=user_name]", name)
        browser.type("input[name=password]", password)
        browser.click("button[value=sign-in]")
        browser.wait_for("document.body && document.body.innerText.includes('You are signed in.')")
        assert browser.evaluate("document.body.innerText").rstrip().endswith("go back to Scanshelf.")
        return True


if __name__ == "__main__":
    sys.exit(main())
