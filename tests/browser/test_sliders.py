"""The day and the moment of knowing, slid in a browser."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

from playwright.sync_api import Page

from tests.browser.conftest import Windows
from tests.browser.pages import RELATIONSHIP, SHOWN, day_number, settled, slide


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_sliding_the_day_shows_the_state_of_that_day_at_an_address_that_stays(
    windows: Windows,
) -> None:
    page = windows.open(RELATIONSHIP)
    page.wait_for_selector(SHOWN)
    slide(page, "#slide-on", day_number("1950-06-01"))
    slid = settled(page)
    assert query(page)["on"] == ["1950-06-01"]
    assert page.locator("#slide-on").get_attribute("aria-valuetext") == "1 June 1950"
    assert page.input_value("#on") == "1950-06-01"
    again = windows.open(page.url)
    assert settled(again) == slid
    assert slid != settled(windows.open(RELATIONSHIP))


def test_the_title_and_the_slider_tell_the_moment_alike_on_load_and_after_a_slide(
    windows: Windows,
) -> None:
    page = windows.open(RELATIONSHIP)
    page.wait_for_selector(SHOWN)
    loaded = page.inner_text("#state-of")
    day = page.locator("#slide-on").input_value()
    slide(page, "#slide-on", int(day) - 1)
    slide(page, "#slide-on", int(day))
    assert page.inner_text("#state-of") == loaded
    slide(page, "#slide-known", 3)
    settled(page)
    known = query(page)["known_at"][0]
    assert page.inner_text("#state-of").endswith(f"as known at position {known}")
    told = page.locator("#slide-known").get_attribute("aria-valuetext") or ""
    assert f"position {known}, " in told
    assert told.endswith(" records)")
    assert page.inner_text(".tools .count").endswith(" entries")
    again = windows.open(page.url)
    assert again.inner_text("#state-of") == page.inner_text("#state-of")


def test_the_panel_ends_with_the_last_of_many_days(windows: Windows) -> None:
    page = windows.open(RELATIONSHIP)
    page.wait_for_selector(SHOWN)
    for year in range(1950, 1999, 7):
        slide(page, "#slide-on", day_number(f"{year}-01-01"))
    slid = settled(page)
    assert query(page)["on"] == ["1992-01-01"]
    assert slid == settled(windows.open(page.url))


def test_sliding_the_moment_of_knowing_hides_what_was_learned_later(windows: Windows) -> None:
    page = windows.open(RELATIONSHIP)
    page.wait_for_selector(SHOWN)
    before = page.inner_text(".tools .count")
    slide(page, "#slide-known", 3)
    slid = settled(page)
    known = int(query(page)["known_at"][0])
    shown = page.locator("#entries > li:visible")
    assert 0 < shown.count() < 10
    positions = [int(li.get_attribute("data-position") or 0) for li in shown.all()]
    assert max(positions) <= known
    assert page.inner_text(".tools .count") != before
    assert slid == settled(windows.open(page.url))
    slide(page, "#slide-known", int(page.locator("#slide-known").get_attribute("max") or 0))
    settled(page)
    assert "known_at" not in query(page)
    page.wait_for_function(
        "before => document.querySelector('.count').innerText === before", arg=before
    )


def test_keys_move_a_slider_by_a_day_by_a_year_and_to_its_ends(windows: Windows) -> None:
    page = windows.open(RELATIONSHIP)
    page.wait_for_selector(SHOWN)
    day = page.locator("#slide-on")
    start = int(day.input_value())
    day.focus()
    for key, value in (
        ("ArrowRight", start + 1),
        ("PageDown", start + 1 - 365),
        ("PageUp", start + 1),
    ):
        day.press(key)
        assert int(day.input_value()) == value
    day.press("Home")
    assert day.input_value() == day.get_attribute("min")
    settled(page)
    assert query(page)["on"] == [page.input_value("#on")]
    assert day.get_attribute("aria-valuetext") == page.inner_text(".slider:first-child output")
    day.press("End")
    assert day.input_value() == day.get_attribute("max")


def test_the_links_of_the_page_keep_the_clocks_that_were_slid(windows: Windows) -> None:
    page = windows.open(RELATIONSHIP)
    page.wait_for_selector(SHOWN)
    slide(page, "#slide-on", day_number("1999-05-05"))
    settled(page)
    page.locator("#entries a.event").first.click()
    page.wait_for_url("**/evidence**")
    assert query(page)["on"] == ["1999-05-05"]


def test_what_differs_from_the_other_day_stays_marked_as_the_day_slides(windows: Windows) -> None:
    page = windows.open(RELATIONSHIP + "&than_on=1950-01-01")
    page.wait_for_selector(SHOWN)
    assert page.locator("#state .differs").count() > 0
    slide(page, "#slide-on", day_number("1950-01-01"))
    settled(page)
    assert page.locator("#state .differs").count() == 0
    slide(page, "#slide-on", day_number("2020-01-01"))
    settled(page)
    assert page.locator("#state .differs .mark").count() > 0


def test_what_was_retracted_since_is_in_the_list_of_the_moment_without_a_reload(
    windows: Windows,
) -> None:
    relationship = "/relationships/CHE-LIE"
    form = {"parties.0": "CHE", "parties.1": "LIE", "when": "2001-02-03", "meeting": "the list"}
    page = windows.open("/record?kind=meeting-held")
    for name, value in form.items():
        page.fill(f'[name="{name}"]', value)
    page.locator("main form button[type=submit]:not([name])").last.click()
    page.wait_for_url("**/evidence**")
    event = query(page)["event"][0]
    page.goto(f"{windows.base}/retract?event={quote(event)}")
    page.fill('[name="act.reason"]', "it was no meeting")
    page.locator("main form button[type=submit]:not([name])").last.click()
    page.wait_for_url("**/evidence**")
    page.goto(windows.base + relationship + "?on=2019-01-01")
    page.wait_for_selector(SHOWN)
    assert page.locator("#entries > li").count() == 0
    slide(page, "#slide-known", 0)
    page.wait_for_selector("#entries > li")
    assert page.locator("#entries > li").get_attribute("data-event") == event
    assert page.input_value("#known_at") == query(page)["known_at"][0]
    slide(page, "#slide-known", 1)
    page.wait_for_selector("#entries > li", state="detached")
