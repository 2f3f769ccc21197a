"""Home, the world, a party, the views, the log and search over HTTP, read without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

import comity
from comity import (
    AgreementInForce,
    MeasureImposed,
    MeetingHeld,
    MeetingScheduled,
    MissionOpened,
    RelationsEstablished,
    Source,
    StatementMade,
    TimelineEngine,
)
from comity.adapters.cli.dossier import dossier
from comity.adapters.web.app import web_app
from comity.adapters.web.pages.world.log import log_part
from comity.adapters.web.pages.world.world import Worlds
from comity.adapters.web.settings import WebSettings
from comity.engine.basis import basis_of
from comity.projections.views.catalogue import VIEWS
from tests.web_pages import Page, page_at

PAGES = (
    "/", "/?find=russia", "/world", "/world?of=agreements", "/world?party=PAK&on=2023-06-20",
    "/parties/PAK", "/parties/SUN?on=1980-01-01", "/parties/imf", "/agenda", "/agenda?party=PAK",
    "/anniversaries", "/series", "/log", "/log?kind=meeting-held", "/search", "/search?q=oil",
    *(f"/views/{view.name}" for view in VIEWS),
)  # fmt: skip
HOSTILE = '<script>alert("1")</script> \u202e& "quotes"'


@pytest.fixture(scope="module")
def engine() -> Iterator[TimelineEngine]:
    with comity.open(":memory:") as engine:
        engine.extend(dossier())
        yield engine


@pytest.fixture(scope="module")
def client(engine: TimelineEngine) -> Iterator[Any]:
    with TestClient(web_app(engine)) as client:
        yield client


@pytest.fixture(scope="module")
def empty() -> Iterator[Any]:
    with comity.open(":memory:") as engine, TestClient(web_app(engine)) as client:
        yield client


def client_of(*events: Any) -> Any:
    engine = comity.open(":memory:")
    engine.append(*events)
    return TestClient(web_app(engine, WebSettings(write=True)))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_on_the_dossier_and_on_an_empty_store(
    client: Any, empty: Any, address: str
) -> None:
    for each in (client, empty):
        page = page_at(each, address)
        [heading] = page.named("h1")
        assert heading.text.strip()
        assert page.by_id("content").name == "main"
        check_labels(page)


def check_labels(page: Page) -> None:
    """Ensure that every input has a label, every table a caption, and every cell a heading."""
    labelled = {label["for"] for label in page.named("label")}
    for field in (*page.named("input"), *page.named("select"), *page.named("textarea")):
        assert field["type"] == "hidden" or field["id"] in labelled, field.attributes
    assert len(page.named("caption")) == len(page.named("table"))
    assert all(cell["scope"] in ("row", "col") for cell in page.named("th"))
    ids = [element["id"] for element in page.elements if element["id"]]
    assert len(ids) == len(set(ids)), sorted(id for id in ids if ids.count(id) > 1)


def test_every_link_of_every_page_answers(client: Any) -> None:
    addresses = set(PAGES)
    for address in PAGES:
        addresses.update(page_at(client, address).links())
    for address in sorted(addresses):
        if address.startswith("/") and not address.startswith("/evidence"):
            assert client.get(address).status_code == 200, address


def test_both_clocks_stay_in_the_links_of_a_page(client: Any) -> None:
    for address in ("/parties/PAK", "/world", "/views/missions", "/search?q=oil", "/agenda"):
        asked = f"{address}{'&' if '?' in address else '?'}on=2023-06-20&known_at=100"
        own = ("/relationships/", "/parties/")
        links = [link for link in page_at(client, asked).links() if link.startswith(own)]
        assert links, address
        assert all("on=2023-06-20" in link and "known_at=100" in link for link in links)


# What is asked wrongly


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/agenda?since=2023-13", 400, "2023-13"),
        ("/series?on=yesterday-ish", 400, "yesterday-ish"),
        ("/world?on=2023-02-30", 400, "2023-02-30"),
        ("/world?party=XYZ", 404, "XYZ"),
        ("/world?of=spies", 400, "missions, agreements"),
        ("/world?most=1000", 400, "from 2 to 60"),
        ("/views/missions?rank=king", 400, "ambassador"),
        ("/views/agreements?within=soon", 400, "a whole number"),
        ("/views/deals?open_only=maybe", 400, "yes, no"),
        ("/views/deals?page=0", 400, "from 1"),
        ("/views/missions?known_at=999", 400, "999"),
        ("/views/nothing", 404, ""),
        ("/parties/XYZ", 404, "XYZ"),
        ("/parties/PAK?on=2023-99", 400, "2023-99"),
        ("/log?kind=meeting-hold", 400, "meeting-held"),
        ("/log?before=never", 400, "a position"),
        ("/search?q=%22", 400, ""),
        ("/search?q=oil&limit=9999", 400, "1 to 200"),
        ("/search?q=oil&party=Pakistan", 404, "PAK"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_the_words_of_the_error(
    client: Any, address: str, status: int, said: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert said in answer.text


def test_a_wrong_answer_keeps_the_form_filled_in(client: Any) -> None:
    page = page_at(client, "/agenda?since=2023-13&party=PAK", 400)
    assert page.by_id("since")["value"] == "2023-13"
    assert page.by_id("party")["value"] == "PAK"
    page = page_at(client, "/world?on=soon", 400)
    assert page.by_id("on")["value"] == "soon"
    assert page.by_id("on")["type"] == "text"  # an input for days would drop it


@pytest.mark.parametrize("address", [page for page in PAGES if "?" not in page])
def test_hostile_values_are_shown_as_text(address: str) -> None:
    told: dict[str, Any] = {"parties": ("PAK", "RUS"), "when": "2023-06-20"}
    source = Source(HOSTILE, url="javascript:alert(1)")
    with client_of(
        MeetingHeld(meeting=HOSTILE, venue=HOSTILE, series=HOSTILE, id=HOSTILE, **told),
        StatementMade(by="RUS", text=HOSTILE, sources=(source,), **told),
        MeasureImposed(measure=HOSTILE, by="PAK", on="RUS", when="2023"),
        AgreementInForce(agreement=HOSTILE, **told),
        MissionOpened(sender="PAK", host="RUS", when="2000", city=HOSTILE),
    ) as client:
        query = dict.fromkeys(("q", "party", "find", "on", "since", "kind", "page"), HOSTILE)
        for text in (client.get(address).text, client.get(address, params=query).text):
            page = Page(text)
            scripts = [script for script in page.named("script") if not script["src"]]
            assert all(script["type"] == "application/json" for script in scripts)
            assert not any(name.startswith("on") for e in page.elements for name in e.attributes)
            assert not any(link.startswith("javascript") for link in page.links())
            assert "\u202e" not in re.sub("<input[^>]*>", "", text)


# Home


def test_home_finds_relationships_by_party_and_tells_what_is_new(
    client: Any, engine: TimelineEngine
) -> None:
    page = page_at(client, "/?find=pakistan")
    assert "/relationships/PAK-RUS" in page.links()
    assert "/parties/PAK" in page.links()
    assert "/parties/RUS" not in page.links()
    newest = [record.id for record in engine.events(engine.position - 10)]
    assert f"event={newest[-1]}" in " ".join(page.links())
    assert "No party of that name" in page_at(client, "/?find=zzzz").by_id("content").text


def test_home_lists_the_coming_days() -> None:
    with client_of(
        RelationsEstablished(parties=("PAK", "RUS"), when="1948-05-01"),
        MeetingScheduled(
            meeting="soon", parties=("PAK", "RUS"), when="2023", planned_for="2023-06-20"
        ),
    ) as client:
        page = page_at(client, "/")
        assert "The coming days" in page.by_id("coming").text
        assert "Overdue: 1" in page.by_id("content").text


# The world


def test_the_network_and_the_matrix_tell_the_same() -> None:
    codes = ["CHN", "IND", "PAK", "RUS"]
    events: list[Any] = []
    for a, b in (("CHN", "PAK"), ("PAK", "RUS"), ("PAK", "IND")):
        events += [
            RelationsEstablished(parties=(a, b), when="1950"),
            MissionOpened(sender=a, host=b, when="1951"),
        ]
    with client_of(*events) as client:
        page = page_at(client, "/world?on=2000-01-01")
        network = json.loads(page.by_id("network").text)
        assert [node["id"] for node in network["nodes"]] == codes
        ties = {(link["a"], link["b"]) for link in network["links"]}
        assert ties == {("CHN", "PAK"), ("PAK", "RUS"), ("IND", "PAK")}
        assert all(0 <= link["level"] <= 1 for link in network["links"])
        for link in network["links"]:
            assert link["href"] == f"/relationships/{link['a']}-{link['b']}?on=2000-01-01"
            assert "embassy" in link["says"]
        rows = page.named("tr")
        assert [cell.text.strip() for cell in page.named("abbr")] == codes
        assert sum("embassy" in cell.text for cell in page.named("td")) == 6  # and three pairs
        assert len(rows) == 1 + 4 + 1 + 3


def test_of_many_parties_those_with_most_links_are_shown_and_the_rest_is_said() -> None:
    codes = ["USA", "GBR", "FRA", "DEU", "ITA"]
    events = [RelationsEstablished(parties=("PAK", code), when="1950") for code in codes]
    events.append(RelationsEstablished(parties=("USA", "GBR"), when="1950"))
    with client_of(*events) as client:
        page = page_at(client, "/world?most=3")
        network = json.loads(page.by_id("network").text)
        assert [node["id"] for node in network["nodes"]] == ["GBR", "PAK", "USA"]
        text = page.by_id("content").text
        assert "3 parties are shown, those with most links; 3 more parties and 3 pairs" in text
        chosen = json.loads(page_at(client, "/world?party=PAK&party=FRA").by_id("network").text)
        assert [node["id"] for node in chosen["nodes"]] == ["FRA", "PAK"]


def test_agreements_are_counted_for_every_two_parties_that_they_bind() -> None:
    treaty = AgreementInForce(agreement="three", parties=("CHN", "PAK", "RUS"), when="2000")
    two = AgreementInForce(agreement="two", parties=("PAK", "RUS"), when="2000")
    with client_of(treaty, two) as client:
        page = page_at(client, "/world?of=agreements")
        links = json.loads(page.by_id("network").text)["links"]
        said = {(link["a"], link["b"]): link["says"] for link in links}
        assert said == {
            ("CHN", "PAK"): "1 agreement", ("CHN", "RUS"): "1 agreement",
            ("PAK", "RUS"): "2 agreements",
        }  # fmt: skip
        one = json.loads(page_at(client, "/world?of=agreements&party=CHN").by_id("network").text)
        assert {(link["a"], link["b"]) for link in one["links"]} == {
            ("CHN", "PAK"), ("CHN", "RUS"),
        }  # fmt: skip


def test_the_world_takes_the_certainty_and_several_parties_have_the_missions_among_them() -> None:
    events = [MissionOpened(sender="PAK", host=code, when="2001") for code in ("FRA", "USA")]
    with client_of(*events) as client:
        for query in ("", "&party=PAK", "&party=PAK&party=FRA", "&party=PAK&party=FRA&party=USA"):
            address = "/world?on=2001-06-01" + query
            assert "<td><a" not in client.get(address + "&certainty=certain").text
            page = page_at(client, address + "&certainty=possible")
            assert "mission" in page.by_id("matrix").text
            assert all("certainty=possible" in href for href in page.links() if "relation" in href)
        page_at(client, "/world?certainty=perhaps", 400)
        party = "/parties/PAK?on=2001-06-01"
        said = page_at(client, party + "&certainty=possible").by_id("content").text
        assert said != page_at(client, party).by_id("content").text
        page_at(client, "/parties/PAK?certainty=perhaps", 400)


def test_the_world_is_folded_once_for_a_day_and_anew_when_something_is_recorded() -> None:
    with comity.open(":memory:") as engine:
        engine.append(MissionOpened(sender="PAK", host="FRA", when="2001"))
        worlds, day = Worlds(), basis_of(engine, on="2020-01-01")
        first = worlds.ties(engine, "missions", (), day, "certain")
        assert worlds.ties(engine, "missions", (), day, "certain") is first
        assert worlds.ties(engine, "agreements", (), day, "certain") != first
        engine.append(MissionOpened(sender="PAK", host="USA", when="2001"))
        later = worlds.ties(engine, "missions", (), basis_of(engine, on="2020-01-01"), "certain")
        assert len(later.ties) == len(first.ties) + 1
        for year in range(1900, 1950):
            worlds.ties(engine, "missions", (), basis_of(engine, on=f"{year}-01-01"), "certain")
        assert worlds.ties(engine, "missions", (), day, "certain") is not first


# A party


def test_a_party_has_its_days_its_relationships_and_its_views(client: Any) -> None:
    page = page_at(client, "/parties/RUS?on=2023-06-20")
    text = page.by_id("content").text
    assert "Russian Federation" in text
    assert "Soviet Union (SUN)" in text
    assert "/parties/SUN?on=2023-06-20" in page.links()
    assert "/calendar/RUS.ics" in page.links()
    assert "relations established" in text.lower()
    assert "/relationships/PAK-RUS?on=2023-06-20" in page.links()
    assert "/views/missions?on=2023-06-20&party=RUS" in page.links()
    assert {"missions", "agenda", "measures"} <= {element["id"] for element in page.elements}


def test_the_states_that_a_party_continues_have_pages_too(client: Any) -> None:
    text = page_at(client, "/parties/SUN").by_id("content").text
    assert "Continued by" in text
    assert "Russia (RUS)" in text


def test_many_relationships_of_a_party_come_in_pages() -> None:
    existed = [info.code for info in comity.find_parties(on="2000-01-01")]
    states = [code for code in existed if len(code) == 3 and code != "USA"][:35]
    events = [RelationsEstablished(parties=("USA", code), when="1992") for code in states]
    with client_of(*events) as client:
        page = page_at(client, "/parties/USA")
        [following] = [link for link in page.links() if "page=2" in link]
        listed = [a for a in page.named("a") if a["class"] == "relationship"]
        more = [a for a in page_at(client, following).named("a") if a["class"] == "relationship"]
        own = {a.text for a in (*listed, *more)}
        assert {"-".join(sorted(("USA", code))) for code in states} == own


# Views


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_view_has_a_form_for_each_of_its_options_and_its_rows(
    client: Any, engine: TimelineEngine, view: Any
) -> None:
    ask = getattr(TimelineEngine, view.name)
    page = page_at(client, f"/views/{view.name}?columns=all")
    for parameter in view.parameters(ask):
        assert page.by_id(parameter.name)["name"] == parameter.name
    until = {"until": page_until(page)} if view.name == "agenda" else {}
    rows = list(view.table.rows(ask(engine, **until)))
    assert len(page.named("tr")) == (len(rows) + 1 if rows else 0)
    if rows:
        heads = [cell for cell in page.named("th") if cell["scope"] == "col"]
        assert len(heads) == len(view.table.columns)


def page_until(page: Page) -> str:
    [until] = re.findall(r"Up to (\S+)\.", page.by_id("content").text)
    return str(until)


def test_the_options_of_a_view_are_those_of_the_question(client: Any) -> None:
    shown = page_at(client, "/series?on=2023-06-20&table=contacts&party=PAK,RUS")
    assert "direction" in [cell.text for cell in shown.named("th")]
    vacant = page_at(client, "/views/missions?vacant=yes&on=1949-06-01")
    assert vacant.by_id("vacant").name == "select"
    none = page_at(client, "/views/deals?open_only=yes&on=1990-01-01")
    assert "There is nothing of this." in none.by_id("content").text


def test_a_cell_leads_to_what_it_names(client: Any) -> None:
    page = page_at(client, "/anniversaries?since=2023&columns=all&party=PAK")
    assert any(link.startswith("/evidence?") for link in page.links())
    assert any(link.startswith("/relationships/PAK-RUS") for link in page.links())
    assert "/calendar/PAK.ics" in page.links()


def test_a_long_answer_comes_in_pages() -> None:
    events = [MeasureImposed(measure=f"m{n}", by="PAK", on="RUS", when="2000") for n in range(210)]
    with client_of(*events) as client:
        page = page_at(client, "/views/measures?party=PAK")
        assert len(page.named("tr")) == 201
        [following] = [link for link in page.links() if "page=2" in link]
        assert "party=PAK" in following
        assert len(page_at(client, following).named("tr")) == 11


# The log


def test_the_log_has_the_newest_first_in_pages(client: Any, engine: TimelineEngine) -> None:
    positions: list[int] = []
    address = "/log"
    while address:
        page = page_at(client, address)
        positions += [int(item["value"]) for item in page.named("li") if item["value"]]
        older = [a["href"] for a in page.named("a") if a["rel"] == "next"]
        address = older[0] if older else ""
    assert positions == list(range(engine.position, 0, -1))
    assert page_at(client, "/log").by_id("log")["data-position"] == str(engine.position)


def test_kinds_of_the_log_come_in_pages_however_few_they_are(engine: TimelineEngine) -> None:
    for kinds in (["meeting-held"], ["record-retracted"], ["vote-cast", "deal-signed"]):
        expected = [r.position for r in engine.events(kinds=kinds)]
        found: list[int] = []
        before = engine.position + 1
        while before:
            part = log_part(engine, before, kinds, most=3)
            found += [record.position for record in part.records]
            before = part.older
        assert found == expected[::-1]


# Search


def test_what_is_found_is_marked_and_can_be_narrowed(client: Any, engine: TimelineEngine) -> None:
    page = page_at(client, "/search?q=oil")
    found = engine.search("oil")
    assert f"{found.total} events were found" in page.by_id("content").text
    assert {mark.text.lower() for mark in page.named("mark")} == {"oil"}
    kind = next(iter(found.facets.kinds))
    [narrower] = [link for link in page.links() if f"kind={kind}" in link]
    hits = [item for item in page_at(client, narrower).named("p") if item["class"] == "snippet"]
    assert len(hits) == found.facets.kinds[kind]
    wider = page_at(client, "/search?q=pakistan").links()
    [decade] = [link for link in wider if "since=1990" in link]
    assert "until=1999" in decade
    assert page_at(client, decade).named("mark")


def test_what_was_retracted_is_found_when_asked_for(client: Any) -> None:
    assert page_at(client, "/search?q=oil&retracted=yes").by_id("retracted")["checked"] == ""


def test_the_agenda_of_the_last_day_of_the_calendar_is_answered(client: Any) -> None:
    page = page_at(client, "/agenda?on=9999-12-31")
    assert "9999-12-31" in page.by_id("content").text


def test_the_log_names_nobody_where_nobody_is_named(client: Any) -> None:
    assert "by not recorded" not in page_at(client, "/log").by_id("log").text
    assert page_at(client, "/").by_id("newest").name == "ul"
