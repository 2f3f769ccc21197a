"""A dossier as files: what they show is what a server would, and every link leads to a file."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import pytest
from hypothesis import given, settings

import comity
from comity import Event, TimelineEngine
from comity.adapters.cli.dossier import dossier
from comity.adapters.cli.folders import write_folder
from comity.adapters.web.pages.history import History
from comity.adapters.web.pages.publishing.file_links import FileLinks
from comity.adapters.web.pages.publishing.files import EVENTS, MARK, site_files
from comity.adapters.web.pages.relationship import panel_html
from comity.adapters.web.pages.state_panel import panel
from comity.domain.scope import scope_of
from tests.strategies import catalogues
from tests.unit.given import Clock
from tests.web_pages import Page

PAIR = ("PAK", "RUS")
FEW = 40
"""How many lines of the dossier the site of these tests has."""


def engine_with(lines: Iterator[str] | list[str]) -> TimelineEngine:
    engine = comity.open(":memory:", clock=Clock())
    engine.extend([line for line in lines if '"recorded_at": "2025' not in line])
    return engine


@pytest.fixture(scope="module")
def engine() -> Iterator[TimelineEngine]:
    with engine_with(list(dossier())[:FEW]) as engine:
        yield engine


@pytest.fixture(scope="module")
def site(engine: TimelineEngine) -> dict[str, bytes]:
    return dict(site_files(engine, PAIR))


def given_to_scripts(content: bytes) -> Any:
    """What a data file hands to `comityGive`, the third of its arguments."""
    called = re.fullmatch(rb'comityGive\("\w+",\d+,(.*)\);\n', content, re.DOTALL)
    assert called is not None
    return json.loads(called[1])


def index_of(site: dict[str, bytes]) -> Any:
    return json.loads(site["data/index.js"].removeprefix(b"window.comitySite=").rstrip(b";\n"))


def shown(site: dict[str, bytes], index: Any, day: str, moment: int) -> str:
    """The fragment for a day and the number of a moment, as the scripts look it up."""
    at = max(n for n, first in enumerate(index["days"]) if first <= day)
    text: str = given_to_scripts(site[f"data/fragment-{index['states'][moment][at]}.js"])
    return text


def test_a_fragment_is_what_the_server_shows_on_any_day_as_known_at_any_moment(
    engine: TimelineEngine, site: dict[str, bytes]
) -> None:
    index, chance = index_of(site), random.Random(13)
    first, last = (date.fromisoformat(index["days"][n]) for n in (0, -1))
    scope = scope_of(*PAIR)
    pages = {name for name in site if name.startswith("evidence/")}
    by_position = {int(name[9:-5]): name for name in pages}
    files = {r.id: by_position[r.position] for r in engine.events() if r.position in by_position}
    link = FileLinks("PAK-RUS", files, ())
    edges = [date.fromisoformat(day) + timedelta(n) for day in index["days"] for n in (-1, 0)]
    days = [d for d in chance.sample(edges, 60) if first <= d <= last]
    days += [first + timedelta(chance.randrange((last - first).days)) for _ in range(60)]
    for day in days:
        moment = chance.randrange(len(index["moments"]))
        position = index["moments"][moment]["position"]
        state = engine.state(*PAIR, on=day, known_at=position)
        history = History(engine, scope, position)
        expected = panel_html(panel(state, history), "PAK-RUS", link)
        assert shown(site, index, day.isoformat(), moment) == expected, (day, position)


@given(catalogues(most=12))
@settings(max_examples=25, deadline=None)
def test_no_state_changes_between_two_days_of_a_site(events: list[Event]) -> None:
    from comity.adapters.web.pages.publishing.days import changes
    from comity.domain.time.dates import Bounds

    with comity.open(":memory:", clock=Clock()) as engine:
        for event in events:
            engine.append(event)
        days = Bounds(date(1988, 1, 1), date(2026, 1, 1))
        history = History(engine, scope_of(*PAIR), engine.position)
        told = list(changes(lambda on: engine.state(*PAIR, on=on), history.entries, PAIR, days))
        chance = random.Random(len(events))
        for _ in range(40):
            on = days.earliest + timedelta(chance.randrange((days.latest - days.earliest).days))
            [*_, last] = [change for change in told if change.day <= on]
            assert last.state == engine.state(*PAIR, on=on), on


def test_the_first_day_of_a_site_holds_for_all_days_before_it(
    engine: TimelineEngine, site: dict[str, bytes]
) -> None:
    index = index_of(site)
    first = index["days"][0]
    for moment in index["moments"]:
        states = [
            engine.state(*PAIR, on=d, known_at=moment["position"]) for d in ("0001-01-01", first)
        ]
        assert states[0] == states[1]
        assert states[0].events == 0


def test_every_link_of_every_page_leads_to_a_file(site: dict[str, bytes]) -> None:
    for name, content in site.items():
        if not name.endswith(".html"):
            continue
        page = Page(content.decode())
        ids = {element["id"] for element in page.elements}
        for element in page.elements:
            for attribute in ("href", "src", "action"):
                address = element.attributes.get(attribute)
                if address is None or address.startswith(("https://", "http://")):
                    continue
                if attribute == "action":
                    address = address or "index.html"
                path, _, anchor = address.partition("#")
                assert path or anchor, (name, element.name)
                assert not path or normpath(join(dirname(name), path)) in site, (name, address)
                assert path or anchor in ids, (name, address)


def test_it_is_the_same_files_when_it_is_made_again(
    engine: TimelineEngine, site: dict[str, bytes]
) -> None:
    assert dict(site_files(engine, PAIR)) == site


def test_the_events_beside_it_make_the_same_timeline(
    engine: TimelineEngine, site: dict[str, bytes]
) -> None:
    with comity.open(":memory:", clock=Clock()) as again:
        report = again.extend(site[EVENTS].decode().splitlines())
        assert not report.rejected
        assert [e.event for e in again.timeline(*PAIR)] == [e.event for e in engine.timeline(*PAIR)]


def test_pictures_name_all_entries_that_were_known(
    engine: TimelineEngine, site: dict[str, bytes]
) -> None:
    index = index_of(site)
    for moment, number in zip(index["moments"], index["pictures"], strict=True):
        drawn = given_to_scripts(site[f"data/picture-{number}.js"])
        known = engine.timeline(*PAIR, known_at=moment["position"])
        assert [item["id"] for item in drawn["items"]] == [e.event.id for e in known]
        assert all(item["href"] in site for item in drawn["items"])


def test_a_site_of_nothing_says_so(engine: TimelineEngine) -> None:
    files = dict(site_files(engine, ("CHN", "IND")))
    assert "Nothing is known to have happened by then." in files["index.html"].decode()


# The folder: whole or not at all


def test_a_folder_is_written_whole_and_replaces_an_earlier_site(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert write_folder(folder, [("a/b.html", b"1"), (MARK, b"{}")], MARK) == 2
    assert write_folder(folder, [("c.html", b"2"), (MARK, b"{}")], MARK) == 2
    assert sorted(p.name for p in folder.rglob("*")) == ["c.html", MARK]
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError])
def test_what_is_broken_off_leaves_the_earlier_site_and_nothing_else(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    folder = tmp_path / "site"
    write_folder(folder, [("a.html", b"1"), (MARK, b"{}")], MARK)

    def files() -> Iterator[tuple[str, bytes]]:
        yield "b.html", b"2"
        raise failure

    with pytest.raises(failure):
        write_folder(folder, files(), MARK)
    assert sorted(p.name for p in folder.iterdir()) == ["a.html", MARK]
    assert [p.name for p in tmp_path.iterdir()] == ["site"]
