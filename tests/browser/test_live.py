"""What is recorded in one window appears in the others, without a reload."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import Windows
from tests.browser.pages import SHOWN, settled


def record(page: Page, text: str) -> None:
    """Record a statement by the form."""
    page.fill("#field-by", "RUS")
    page.fill("#field-when", "2024-02-03")
    for number, code in enumerate(("PAK", "RUS")):
        page.fill(f"[name='parties.{number}']", code)
    page.fill("#field-text", text)
    page.click(".submit button[type=submit]")
    page.wait_for_url("**/evidence**")


def test_an_event_recorded_in_one_window_appears_in_the_others(windows: Windows) -> None:
    relationship = windows.open("/relationships/PAK-RUS")
    relationship.wait_for_selector(SHOWN)
    log = windows.open("/log")
    past = windows.open("/relationships/PAK-RUS?known_at=20")
    before = settled(past)
    entries = relationship.locator("#entries > li").count()
    count = relationship.inner_text(".tools .count")
    heading = relationship.inner_text("#state-of")
    text = "grain is welcome at any port"
    record(windows.open("/record?kind=statement-made"), text)
    for page, items in ((relationship, "#entries > li.new"), (log, "#log > li.new")):
        page.locator(items).filter(has_text=text).wait_for()
        page.locator("#new-events").filter(has_text=text).wait_for()
    assert relationship.locator("#entries > li").count() == entries + 1
    relationship.wait_for_function(
        "old => document.querySelector('.count').innerText !== old", arg=count
    )
    relationship.wait_for_function(
        "old => document.querySelector('#state-of').innerText !== old", arg=heading
    )
    assert settled(past) == before


def test_a_form_with_faults_takes_the_reader_to_the_first_of_them(windows: Windows) -> None:
    page = windows.open("/record?kind=statement-made")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.fill("#field-when", "yesteryear")
    page.click(".submit button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    windows.problems[:] = [one for one in windows.problems if "status of 4" not in one]
