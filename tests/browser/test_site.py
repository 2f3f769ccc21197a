"""A dossier as files, opened from the disk: both sliders work, and no server is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

import comity
from comity.adapters.cli.dossier import dossier
from comity.adapters.web.pages.publishing.files import site_files
from tests.browser.conftest import Windows
from tests.browser.pages import SHOWN, day_number, serious, settled, slide, too_wide

FEW = 30
"""How many lines of the dossier the site has."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the site's first page."""
    folder = tmp_path_factory.mktemp("site")
    with comity.open(":memory:") as engine:
        engine.extend(list(dossier())[:FEW])
        for file in site_files(engine, ("PAK", "RUS")):
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
    return Path(folder / "index.html").as_uri()


def test_both_sliders_of_a_site_show_what_was_known_of_a_day(windows: Windows, site: str) -> None:
    page = windows.open(site)
    page.wait_for_selector(SHOWN)
    today = settled(page)
    slide(page, "#slide-on", day_number("1950-06-01"))
    early = settled(page)
    assert early != today
    assert "on=1950-06-01" in page.url
    slide(page, "#slide-known", 0)
    unknown = settled(page)
    assert unknown != early
    again = windows.open(page.url)
    again.wait_for_selector(SHOWN)
    assert again.inner_text("#state-of") == page.inner_text("#state-of")
    assert "1 June 1950" in again.inner_text("#state-of")
    again.wait_for_function(
        "told => document.querySelector('#state').innerText === told", arg=unknown
    )


def test_the_form_of_a_site_asks_what_its_sliders_ask(windows: Windows, site: str) -> None:
    page = windows.open(site)
    page.wait_for_selector(SHOWN)
    page.click("#clocks summary")
    page.fill("#on", "1950-06-01")
    page.fill("#known_at", "2015-01-01")
    page.click("#clocks button")
    page.wait_for_function("() => location.hash === '#on=1950-06-01&known_at=4'")
    page.wait_for_selector(SHOWN)
    assert page.inner_text("#state-of").startswith("On 1 June 1950, as known at position 4")
    assert page.query_selector("#than_on, #certainty") is None


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("on=1940-01-01", "on=1948-04-30"), ("on=9999-12-31&known_at=999", "on=20")],
)
def test_a_site_says_which_day_it_shows_where_it_lacks_the_one_asked_for(
    windows: Windows, site: str, asked: str, answered: str
) -> None:
    page = windows.open(f"{site}#{asked}")
    page.wait_for_selector(SHOWN)
    page.wait_for_function("asked => !location.hash.includes(asked)", arg=asked)
    assert answered in page.url
    told = page.get_attribute("#slide-on", "aria-valuetext")
    assert told
    assert page.inner_text("#state-of").startswith(f"On {told},")


def test_the_evidence_of_a_site_is_a_page_of_its_own(windows: Windows, site: str) -> None:
    page = windows.open(site)
    page.wait_for_selector(SHOWN)
    assert serious(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert too_wide(page) <= 0
    plot = page.locator(".plot")
    plot.focus()
    plot.press("Home")
    plot.press("Enter")
    page.wait_for_url("**/evidence/*.html")
    assert "Sources" in page.inner_text("main")
    assert serious(page) == []
