"""What the tests in a browser ask of pages."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from playwright.sync_api import Page

from tests.browser.conftest import AXE

RELATIONSHIP = "/relationships/PAK-RUS?on=2019-01-01"
SHOWN = ".picture .plot canvas"
"""The picture of a timeline, once it is drawn."""


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical on a page, each with where it is."""
    if not AXE.is_file():
        raise AssertionError("axe-core is not there: `make page` installs it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in cast("list[Any]", found["violations"])
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def too_wide(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def day_number(day: str) -> int:
    """A day as the slider of days counts them: since 1970."""
    return (date.fromisoformat(day) - date(1970, 1, 1)).days


def slide(page: Page, slider: str, value: int) -> None:
    """Move a slider to a value, as a pointer does."""
    page.locator(slider).evaluate(
        """(range, value) => {
            range.valueAsNumber = value;
            range.dispatchEvent(new Event("input", {bubbles: true}));
            range.dispatchEvent(new Event("change", {bubbles: true}));
        }""",
        value,
    )


def settled(page: Page) -> str:
    """The panel of the state in words, once it has come."""
    page.wait_for_selector("#state:not([aria-busy])")
    return page.inner_text("#state")
