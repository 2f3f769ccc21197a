"""Hostile text on the pages: it is shown as text, and nothing of it becomes markup or a link."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from unicodedata import category
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

import comity
from comity import MeetingHeld, Source, StatementMade, TimelineEngine
from comity.adapters.web.app import web_app
from comity.adapters.web.pages.evidence import evidence_html
from comity.adapters.web.pages.history import Histories
from comity.adapters.web.pages.links import ServerLinks
from comity.adapters.web.pages.question import Question
from comity.adapters.web.pages.relationship import page as relationship_page
from comity.adapters.web.pages.rendering import Frame as Around
from comity.adapters.web.settings import WebSettings
from comity.domain.errors import ComityError
from tests.web_pages import Page

PAIR = ("PAK", "RUS")
EVIL = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "</script>",
    "' onmouseover='x", "\u202egnp.exe", "\x1b[31m", "a\0b", "&lt;b&gt;", "<!--", "]]>", "\u2028",
)  # fmt: skip
ADDRESSES = (
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "http://ok.example/a?b=1&c",
)

texts = st.one_of(st.sampled_from(EVIL), st.text(max_size=12)).filter(str.strip)


def check_is_harmless(text: str) -> Page:
    """Read a page, and check that only its own scripts run and only safe links lead away."""
    assert not [letter for letter in text if category(letter) in ("Cf", "Cc") and letter != "\n"]
    page = Page(text)
    for element in page.elements:
        assert not [name for name in element.attributes if name.startswith("on")], element.name
        assert element.name not in ("img", "iframe", "style", "b"), element.name
        if element.name == "script":
            assert element["src"].startswith("/static/") or element["type"] == "application/json"
        for name in ("href", "action"):
            address = element.attributes.get(name, "/")
            assert address.startswith(("/", "#", "http://ok.example/")), address
            assert not address.startswith("//"), address
        if element["class"] == "source" and element.name == "a":
            assert element["rel"] == "noopener noreferrer"
    return page


@given(texts, texts, texts, st.sampled_from(ADDRESSES))
@settings(max_examples=40, deadline=None)
def test_whatever_an_event_says_is_text(note: str, name: str, author: str, url: str) -> None:
    with comity.open(":memory:") as engine:
        source = Source(name, url=url, note=note)
        try:
            engine.append(
                MeetingHeld(parties=PAIR, when="2020", meeting=name, venue=note, note=note,
                            series=name, round=1, sources=(source,), id=name),
                StatementMade(parties=PAIR, by="PAK", when="2021-01-01", text=note,
                              sources=(source, Source(note, url=f"{url}{note}"))),
            )  # fmt: skip
            engine.append(
                MeetingHeld(parties=PAIR, when="2019", meeting=name, venue=author, id="rival"),
                recorded_by=author,
            )
        except ComityError:
            return
        question = Question(q="")
        text = relationship_page(engine, Histories(), "PAK-RUS", question, Around(ServerLinks()))
        page = check_is_harmless(text)
        assert json.loads(page.by_id("picture").text)["items"]
        for entry in engine.timeline(*PAIR):
            check_is_harmless(evidence_html(engine.evidence(entry.event.id), Around(ServerLinks())))


@pytest.fixture(scope="module")
def engine() -> Iterator[TimelineEngine]:
    with comity.open(":memory:") as engine:
        engine.append(
            MeetingHeld(parties=PAIR, when="2020-02-03", meeting="m", id='a/b?c="d"&e#f <g>')
        )
        yield engine


@pytest.fixture(scope="module")
def client(engine: TimelineEngine) -> Iterator[Any]:
    with TestClient(web_app(engine, WebSettings())) as client:
        yield client


def test_an_id_of_any_characters_has_its_page(client: Any, engine: TimelineEngine) -> None:
    page = Page(client.get("/relationships/PAK-RUS").text)
    [address] = {link for link in page.links() if link.startswith("/evidence")}
    answer = client.get(address)
    assert answer.status_code == 200
    [event] = engine.timeline(*PAIR)
    assert event.event.id in Page(answer.text).by_id("content").text


@pytest.mark.parametrize("field", ["on", "known_at", "than_on", "since", "q", "kind", "party"])
@pytest.mark.parametrize("evil", [*EVIL, "%FF%FE", "9" * 400, "0000-00-00", "-1", "2020-02-30"])
def test_whatever_is_asked_is_answered_or_refused_in_words(
    client: Any, field: str, evil: str
) -> None:
    text = evil if evil.startswith("%") else quote(evil)
    for address in ("/relationships/PAK-RUS", "/relationships/PAK-RUS/state.html"):
        answer = client.get(f"{address}?{field}={text}")
        assert answer.status_code in (200, 400, 404), answer.text
        check_is_harmless(answer.text)


@pytest.mark.parametrize("evil", ["<script>", "PAK-<b>", "%00", "-", "PAK", "PAK-PAK", "%2e%2e"])
def test_a_relationship_that_is_none_is_refused_in_words(client: Any, evil: str) -> None:
    answer = client.get(f"/relationships/{evil}")
    assert answer.status_code in (400, 404), answer.text
    assert "Traceback" not in answer.text
    if answer.headers["content-type"].startswith("text/html"):
        check_is_harmless(answer.text)


# The page of the evidence


def test_evidence_leads_to_correcting_only_where_the_server_lets_write(
    engine: TimelineEngine, client: Any
) -> None:
    [entry] = engine.timeline(*PAIR)
    address = ServerLinks()("evidence", event=entry.event.id)
    assert "/correct" not in client.get(address).text
    with TestClient(web_app(engine, WebSettings(write=True))) as writing:
        links = Page(writing.get(address).text).links()
        assert [link for link in links if link.startswith("/correct?event=")]
        assert [link for link in links if link.startswith("/retract?event=")]


def test_evidence_tells_accounts_sources_corrections_and_who_recorded_it() -> None:
    with comity.open(":memory:", recorded_by="desk-3") as engine:
        engine.append(
            MeetingHeld(id="dawn", parties=PAIR, when="2020-02-03", meeting="m", venue="Moscow",
                        confidence=0.9, sources=(Source("Dawn", url="http://ok.example/1"),)),
            MeetingHeld(id="tass", parties=PAIR, when="2020-02-04", meeting="m", venue="Kazan"),
        )  # fmt: skip
        engine.prefer("tass", "it was there")
        engine.retract("dawn", "never happened")
        page = check_is_harmless(
            evidence_html(engine.evidence("dawn"), Around(ServerLinks({"on": "2020"})))
        )
        text = page.by_id("content").text
        for told in ("It does not stand", "never happened", "desk-3", "Kazan", "Dawn", "retracted"):
            assert told in text
        assert "http://ok.example/1" in page.links()
        assert "/evidence?on=2020&event=tass" in page.links()
        [row, *_] = [row for row in page.named("tr") if row["class"] == "stands"]
        assert "Kazan" in row.text
        shown = json.loads(page.named("code")[-1].text)
        assert (shown["id"], shown["position"]) == ("dawn", 1)
