"""The picture of a timeline in a browser: marks, evidence, filters, by pointer and by keys."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route

from tests.browser.conftest import Windows
from tests.browser.pages import RELATIONSHIP, SHOWN, settled


def opened(windows: Windows, path: str = RELATIONSHIP) -> Page:
    page = windows.open(path)
    page.wait_for_selector(SHOWN)
    return page


def drawn(page: Page) -> str:
    """The picture as it is drawn now, once the next frame is."""
    return str(
        page.evaluate(
            """() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() =>
            drawn(document.querySelector(".plot canvas").toDataURL()))))"""
        )
    )


def test_arrow_keys_walk_through_the_marks_and_enter_opens_the_evidence(windows: Windows) -> None:
    page = opened(windows)
    plot = page.locator(".plot")
    plot.focus()
    plot.press("Home")
    first = page.inner_text(".picture .caption")
    plot.press("ArrowRight")
    second = page.inner_text(".picture .caption")
    plot.press("ArrowUp")
    assert len({first, second, page.inner_text(".picture .caption")}) == 3
    plot.press("Enter")
    dialog = page.locator("dialog.evidence")
    dialog.wait_for()
    assert "Sources" in dialog.inner_text()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert page.evaluate("document.activeElement.className") == "plot"


def test_a_mark_of_rival_accounts_opens_into_all_of_them_with_their_sources(
    windows: Windows,
) -> None:
    page = opened(windows)
    plot = page.locator(".plot")
    plot.focus()
    plot.press("Home")
    for _ in range(80):
        told = page.inner_text(".picture .caption")
        if rivals := re.search(r"(\d+) rival accounts", told):
            break
        plot.press("ArrowRight")
    else:
        raise AssertionError("no mark of the dossier has rival accounts")
    plot.press("Enter")
    rows = page.locator("dialog.evidence table").first.locator("tbody tr")
    rows.first.wait_for()
    assert rows.count() == int(rivals[1])
    assert page.locator("dialog.evidence a.source[href^='https:']").count() >= 1


def test_a_click_on_a_mark_opens_its_evidence(windows: Windows) -> None:
    page = opened(windows)
    box = page.locator(SHOWN).bounding_box()
    assert box
    for y in range(int(box["y"]) + 10, int(box["y"]) + 200, 7):
        for x in range(int(box["x"]) + 10, int(box["x"]) + 140, 7):
            page.mouse.move(x, y)
            if page.locator(".plot.on-mark").count():
                page.mouse.click(x, y)
                page.locator("dialog.evidence").wait_for()
                return
    raise AssertionError("no mark is under the pointer")


def test_filters_act_on_the_picture_and_on_the_list_at_once(windows: Windows) -> None:
    page = opened(windows)
    whole = drawn(page)
    page.check("#filters input[value='meeting-held']")
    kinds = {li.get_attribute("data-kind") for li in page.locator("#entries > li:visible").all()}
    assert kinds == {"meeting-held"}
    assert drawn(page) != whole
    page.uncheck("#filters input[value='meeting-held']")
    page.fill("#q", "embassy")
    texts = [li.inner_text().lower() for li in page.locator("#entries > li:visible").all()]
    assert texts
    assert all("embassy" in text for text in texts)
    page.fill("#q", "")
    assert drawn(page) == whole


def test_the_picture_zooms_and_moves_with_buttons_with_keys_and_with_the_wheel(
    windows: Windows,
) -> None:
    page = opened(windows)
    image = "() => document.querySelector('.plot canvas').toDataURL()"
    shots = [page.evaluate(image)]

    def changed() -> None:
        page.wait_for_function(f"last => ({image})() !== last", arg=shots[-1])
        shots.append(page.evaluate(image))

    page.get_by_role("button", name="Zoom in").click()
    changed()
    page.get_by_role("button", name="Later").click()
    changed()
    page.get_by_role("button", name="Show the whole timeline").click()
    changed()
    page.locator(".plot").press("+")
    changed()
    page.locator(".plot").hover()
    page.mouse.wheel(0, -300)
    changed()


def test_a_source_of_the_evidence_is_followed_by_a_link_that_tells_nothing_of_us(
    windows: Windows,
) -> None:
    page = opened(windows)
    page.locator("#state .behind a").first.click()
    page.wait_for_url("**/evidence**")
    source = page.locator("a.source[href^='http']").first
    href = source.get_attribute("href") or ""
    assert href.startswith("https://")
    assert "noreferrer" in (source.get_attribute("rel") or "")
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="the source")

    page.context.route(href, answer)
    source.click()
    page.wait_for_url(href)
    assert asked == [href]
    windows.problems[:] = [one for one in windows.problems if not one.endswith(href)]


def test_the_state_stands_beside_the_picture_on_a_wide_screen(windows: Windows) -> None:
    page = opened(windows)
    page.set_viewport_size({"width": 1400, "height": 900})
    picture = page.locator(".picture").bounding_box()
    state = page.locator("#state").bounding_box()
    assert picture
    assert state
    assert state["x"] >= picture["x"] + picture["width"]
    assert abs(state["y"] - picture["y"]) < 200
    settled(page)
