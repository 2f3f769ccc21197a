"""The page of a relationship over HTTP, read as a browser without scripts reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

import comity
from comity import TimelineEngine
from comity.adapters.cli.dossier import dossier
from comity.adapters.web.app import web_app
from comity.adapters.web.settings import WebSettings
from tests.web_pages import Page, page_at

ASKED = "/relationships/PAK-RUS?on=2023-06-20"


@pytest.fixture(scope="module")
def engine() -> Iterator[TimelineEngine]:
    with comity.open(":memory:") as engine:
        engine.extend(dossier())
        yield engine


@pytest.fixture(scope="module")
def client(engine: TimelineEngine) -> Iterator[Any]:
    with TestClient(web_app(engine, WebSettings(write=True))) as client:
        yield client


def test_it_has_the_parts_that_the_scripts_look_for(client: Any) -> None:
    page = page_at(client, ASKED)
    assert page.named("body")[0]["data-page"] == "relationship"
    assert page.by_id("clocks").name == page.by_id("filters").name == "form"
    assert {"on", "known_at", "than_on", "than_known_at"} <= {
        field["name"] for field in page.named("input")
    }
    assert page.by_id("state")["aria-live"] == "polite"
    assert page.by_id("picture-place").text.strip() == ""
    assert page.by_id("entries").name == "ol"


def test_every_entry_is_listed_with_its_data_and_a_link_to_its_evidence(
    client: Any, engine: TimelineEngine
) -> None:
    page = page_at(client, ASKED)
    entries = engine.timeline("PAK", "RUS")
    listed = [item for item in page.named("li") if item["data-position"]]
    assert [item["data-event"] for item in listed] == [entry.event.id for entry in entries]
    for item, entry in zip(listed, entries, strict=True):
        assert item["data-kind"] == entry.event.type
        is_open = entry.event.when.startswith(("../", "/", "[.."))
        assert item["data-earliest"] == ("" if is_open else entry.earliest.isoformat())
        assert item["id"] == f"event-{entry.record.position}"
        address = f"/evidence?on=2023-06-20&event={entry.event.id}"
        assert address in page.links()


def test_rival_accounts_stand_together_with_what_differs(client: Any) -> None:
    page = page_at(client, ASKED)
    rivals = [each for each in page.named("details") if "rivals" in each["class"]]
    [cargo] = [each for each in rivals if "45,142" in each.text or "45142" in each.text]
    assert "Standing account" in cargo.text
    assert "Losing account" in cargo.text
    assert "quantity" in cargo.text


def test_the_picture_in_the_page_is_that_of_its_address(client: Any) -> None:
    page = page_at(client, ASKED)
    data = json.loads(page.by_id("picture").text)
    alone = client.get("/relationships/PAK-RUS/picture.json?on=2023-06-20").json()
    assert data == alone


def test_the_state_in_the_page_is_that_of_its_address(client: Any) -> None:
    whole = client.get(ASKED).text
    alone = client.get("/relationships/PAK-RUS/state.html?on=2023-06-20").text
    assert alone.strip() in whole
    Page(alone)


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("on=2023-02-30", 400, "2023-02-30"),
        ("known_at=999999", 400, "a position from 0 to"),
        ("known_at=2999-01-01", 400, "a moment up to now"),
        ("kind=meeting-hold", 400, "meeting-hold"),
        ("since=2023&until=2022", 400, "ends before it starts"),
        ("page=7", 400, "a number from 1 to 1"),
        ("certainty=sure", 400, "certain"),
        ("than_on=yesterday", 400, "yesterday"),
    ],
)
def test_a_wrong_question_is_told_and_its_form_stays_filled_in(
    client: Any, query: str, status: int, says: str
) -> None:
    page = page_at(client, f"/relationships/PAK-RUS?{query}", status)
    [failure] = [each for each in page.elements if each["role"] == "alert"]
    assert says in failure.text
    name, _, value = query.split("&", maxsplit=1)[0].partition("=")
    kept = [each for each in page.elements if each["name"] == name and each["value"] == value]
    assert kept or name == "certainty"


def test_an_unknown_party_is_not_found(client: Any) -> None:
    page = page_at(client, "/relationships/PAK-XXQ?on=2020-01-01", 404)
    assert "XXQ" in page.by_id("content").text
    assert "2020-01-01" in [field["value"] for field in page.named("input")]
    assert "X01x" in page_at(client, "/evidence?event=X01x", 404).by_id("content").text


def test_the_list_is_filtered_by_kind_party_and_words(client: Any, engine: TimelineEngine) -> None:
    def listed(query: str) -> list[str]:
        page = page_at(client, f"/relationships/PAK-RUS?{query}")
        return [item["data-event"] for item in page.named("li") if item["data-position"]]

    entries = engine.timeline("PAK", "RUS")
    assert listed("kind=meeting-held&kind=deal-signed") == [
        e.event.id for e in entries if e.event.type in ("meeting-held", "deal-signed")
    ]
    assert listed("party=SUN") == [e.event.id for e in entries if "SUN" in e.event.parties]
    assert listed("since=2023&until=2023-06") == [
        e.event.id for e in engine.timeline("PAK", "RUS", since="2023", until="2023-06")
    ]
    assert listed("q=GROMYKO") == [
        e.event.id for e in entries if any("Gromyko" in repr(a.event) for a in e.accounts)
    ]
    assert listed("q=nothing+of+that+kind") == []


def test_what_differs_from_another_day_is_marked_and_listed(
    client: Any, engine: TimelineEngine
) -> None:
    page = page_at(client, f"{ASKED}&than_on=2015-01-01")
    marked = [each for each in page.elements if "differs" in each["class"].split()]
    assert {each["class"].split()[1] for each in marked} == {"new", "gone"}
    assert all("only " in each.text for each in marked)
    table = page.by_id("changes").text
    for change in engine.diff("PAK", "RUS", on=("2015-01-01", "2023-06-20"))[:50]:
        assert change.path in table
    same = page_at(client, f"{ASKED}&than_on=2023-06-20")
    assert not [each for each in same.elements if "differs" in each["class"].split()]
    assert "Nothing differs." in same.by_id("state").text


def test_lines_that_belong_together_stand_in_one_item(client: Any) -> None:
    for address in (ASKED, f"{ASKED}&than_on=2015-01-01"):
        items = [each.text for each in page_at(client, address).named("li")]
        heads = [text for text in items if "head: " in text]
        assert heads
        assert all(" → " in text for text in heads), heads


def test_every_line_of_the_state_leads_to_the_events_behind_it(client: Any) -> None:
    page = page_at(client, ASKED)
    sections = [each for each in page.elements if each["class"] == "state-section"]
    assert {"Relations", "Meetings", "Findings"} <= {title.text for title in page.named("h3")}
    for section in sections:
        assert "Evidence:" in section.text


def test_every_link_of_the_page_and_of_the_evidence_is_answered(client: Any) -> None:
    links = {*page_at(client, ASKED).links(), *page_at(client, "/evidence?event=X36").links()}
    own = {link.partition("#")[0] for link in links if link.startswith("/")}
    # Of the links to evidence some are enough: every entry has one.
    evidence = sorted(link for link in own if link.startswith("/evidence"))
    for link in [*sorted(own.difference(evidence)), *evidence[::10]]:
        assert client.get(link).status_code == 200, link
