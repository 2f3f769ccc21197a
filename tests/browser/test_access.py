"""Every page in a browser: for axe, for a phone, in the dark, without scripts, with keys alone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Windows
from tests.browser.pages import RELATIONSHIP, serious, settled, too_wide

PAGES = (
    "/",
    RELATIONSHIP,
    RELATIONSHIP + "&than_on=1999-01-01&kind=meeting-held&retracted=yes",
    "/relationships/PAK-RUS?on=nonsense",
    "/evidence?event=PR010",
    "/evidence?event=none-such",
    "/world?on=2023-06-20&of=missions",
    "/world?on=2023-06-20&of=agreements",
    "/parties/PAK?on=2023-06-20",
    "/agenda?on=2023-06-20",
    "/anniversaries?on=2023-06-20",
    "/series?on=2023-06-20",
    "/log",
    "/search?q=embassy",
    "/record",
    "/record?kind=meeting-held",
    "/correct?event=PR010",
    "/prefer?event=PR010",
    "/retract?event=PR010",
    "/sign-in",
    "/no-such-page",
)
REFUSED = {
    "/relationships/PAK-RUS?on=nonsense": 400,
    "/evidence?event=none-such": 404,
    "/no-such-page": 404,
}
"""The pages that tell of an error, each with its status: Chromium says so once, as it should."""


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_on_a_page_nor_is_it_wider_than_its_window(
    windows: Windows, path: str
) -> None:
    page = windows.open(path)
    page.wait_for_load_state()
    assert serious(page) == []
    assert too_wide(page) <= 0
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert serious(page) == []
    assert too_wide(page) <= 0
    if path in REFUSED:
        said = [one for one in windows.problems if f"status of {REFUSED[path]} " in one]
        assert len(said) == 1, windows.problems
        assert windows.base + path in said[0]
        windows.problems.remove(said[0])


@pytest.mark.parametrize("windows", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_the_forms_and_the_list_say_all(windows: Windows) -> None:
    page = windows.open(RELATIONSHIP)
    assert page.locator("#entries > li").count() == 70
    page.fill("#on", "1950-06-01")
    page.click("#clocks button[type=submit]")
    page.wait_for_url("**on=1950-06-01**")
    assert "1950" in page.inner_text("#state-of")
    page.check("#filters input[value='meeting-held']")
    page.click("#filters button[type=submit]")
    page.wait_for_url("**kind=meeting-held**")
    assert "on=1950-06-01" in page.url
    assert page.locator("#entries > li").count() < 70


def test_a_keyboard_alone_reaches_everything_in_the_order_of_reading(windows: Windows) -> None:
    page = windows.open(RELATIONSHIP)
    page.wait_for_selector(".plot canvas")
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        told: str = page.evaluate(
            """() => {
                const at = document.activeElement, style = getComputedStyle(at);
                const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                const name = at.id || at.className || at.tagName;
                return name + (seen ? "" : " without a visible focus");
            }"""
        )
        reached.append(told)
    assert reached[0] == "skip"
    assert [name for name in reached if name.endswith("visible focus")] == []
    wanted = ["search-box", "slide-on", "slide-known", "plot"]
    assert [name for name in reached if name in wanted] == wanted


def test_the_skip_link_leads_to_the_content(windows: Windows) -> None:
    page = windows.open(RELATIONSHIP)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    settled(page)
