"""The feeds of the server: calendars and Atom, as a program sees them that asks every hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from litestar.testing import TestClient

import comity
from comity import (
    AgreementDenounced,
    AgreementSigned,
    MeetingCancelled,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
    RelationsEstablished,
    Source,
    TimelineEngine,
)
from comity.adapters.interchange.exporters.atom import Entry, Feed, atom
from comity.adapters.interchange.matching import Matching
from comity.adapters.interchange.newest import newest_records
from comity.adapters.web.app import web_app
from comity.adapters.web.feeds.kept import KeptFeeds
from comity.adapters.web.settings import WebSettings
from comity.adapters.web.tokens import Token
from tests.atom_rules import entries_of
from tests.unit.given import PAIR, Clock

icalendar: Any = import_module("icalendar")
Client = TestClient[Any]

SCHEDULED = MeetingScheduled(
    meeting="igc-11", parties=PAIR, when="2023-06-18", planned_for="2023-09-01", id="planned"
)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2023, 7, 1, 12, tzinfo=UTC))


@pytest.fixture
def engine(clock: Clock) -> Iterator[TimelineEngine]:
    with comity.open(":memory:", clock=clock) as engine:
        engine.append(RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"))
        engine.append(SCHEDULED)
        engine.append(MeetingHeld(meeting="other", parties=("CHN", "IND"), when="2023-01-01"))
        yield engine


@pytest.fixture
def client(engine: TimelineEngine) -> Iterator[Client]:
    with TestClient(web_app(engine)) as client:
        yield client


def calendar(client: Client, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["uid"]): event for event in events}


def feed(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return entries_of(answer.content)


# Calendars


def test_a_calendar_has_the_agenda_and_the_anniversaries_of_a_party(client: Client) -> None:
    told = calendar(client, "/calendar/PAK.ics")
    summaries = sorted(str(event["summary"]) for event in told.values())
    assert [summary.partition(":")[0] for summary in summaries] == ["Anniversary", "Meeting"]
    assert calendar(client, "/calendar/PAK-RUS.ics").keys() == told.keys()
    assert calendar(client, "/calendar/CHN-IND.ics") == {}


def test_an_entry_that_is_told_anew_keeps_its_uid_and_has_a_higher_sequence(
    client: Client, engine: TimelineEngine
) -> None:
    def meeting() -> Any:
        [event] = [
            event for event in calendar(client, "/calendar/PAK.ics").values()
            if "Meeting" in str(event["summary"])
        ]  # fmt: skip
        return event

    first = meeting()
    engine.append(
        MeetingRescheduled(
            meeting="igc-11", parties=PAIR, when="2023-06-25", planned_for="2023-10-02"
        )
    )
    second = meeting()
    engine.append(MeetingCancelled(meeting="igc-11", parties=PAIR, when="2023-06-30"))
    third = meeting()
    assert first["uid"] == second["uid"] == third["uid"]
    assert [event["sequence"] for event in (first, second, third)] == [0, 1, 2]
    assert third["status"] == "CANCELLED"


@pytest.mark.parametrize("address", ["/calendar/PAK.ics", "/feed.atom", "/feed.atom?party=PAK"])
def test_asking_again_costs_nothing_until_something_is_recorded(
    client: Client, engine: TimelineEngine, address: str
) -> None:
    first = client.get(address)
    tagged = {"If-None-Match": f'"other", W/{first.headers["etag"]}'}
    dated = {"If-Modified-Since": first.headers["last-modified"]}
    for conditions in (tagged, dated):
        again = client.get(address, headers=conditions)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    engine.append(
        MeetingScheduled(meeting="m", parties=PAIR, when="2023-06-20", planned_for="2023-08-01")
    )
    for conditions in (tagged, dated, {"If-None-Match": '"x"', **dated}):
        changed = client.get(address, headers=conditions)
        assert changed.status_code == 200
        assert changed.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("since", ["", "yesterday", "Thu, 99 Foo 2023 99:00:00 GMT", "\x80" * 9])
def test_a_date_that_is_none_is_ignored(client: Client, since: str) -> None:
    answer = client.get("/feed.atom", headers={b"If-Modified-Since": since.encode("latin-1")})
    assert answer.status_code == 200


def test_what_concerns_others_leaves_a_calendar_as_it_was(
    client: Client, engine: TimelineEngine
) -> None:
    first = client.get("/calendar/PAK.ics")
    engine.append(
        MeetingScheduled(
            meeting="m", parties=("CHN", "IND"), when="2023-06-20", planned_for="2023-08-01"
        )
    )
    again = client.get("/calendar/PAK.ics", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_calendar_says_the_next_day_what_is_overdue(client: Client, clock: Clock) -> None:
    first = client.get("/calendar/PAK.ics")
    clock.now = datetime(2023, 9, 2, tzinfo=UTC)
    later = client.get("/calendar/PAK.ics", headers={"If-None-Match": first.headers["etag"]})
    assert later.status_code == 200
    assert "Overdue: Meeting: igc-11" in later.text.replace("\r\n ", "")


@pytest.mark.parametrize(
    "name", ["PAQ.ics", "PAK", "PAK-PAK.ics", ".ics", "PAK-RUS-XYZ.ics", "%00.ics", "pak%0d%0a.ics"]
)
def test_a_calendar_of_nobody_is_not_found(client: Client, name: str) -> None:
    assert client.get(f"/calendar/{name}").status_code == 404


@pytest.mark.parametrize(
    "query", ["kind=meeting-hold", "relationship=PAK", "party=Pakistan", "party=%00", "kind=%ff"]
)
def test_a_feed_of_what_is_not_there_is_refused(client: Client, query: str) -> None:
    assert 400 <= client.get(f"/feed.atom?{query}").status_code < 500


# Who may read

TOKEN = "a-token-of-a-desk-officer-0123456789"
OTHER = "a-token-that-may-not-read-0123456789"


@pytest.mark.parametrize("address", ["/calendar/PAK.ics", "/feed.atom?party=PAK"])
def test_a_feed_takes_a_token_in_its_address(engine: TimelineEngine, address: str) -> None:
    tokens = (Token.of("desk", ["read"], TOKEN), Token.of("writer", ["append"], OTHER))
    with TestClient(web_app(engine, WebSettings(tokens=tokens))) as client:
        begin = "&" if "?" in address else "?"
        headed = client.get(address, headers={"Authorization": f"Bearer {TOKEN}"})
        inside = client.get(f"{address}{begin}token={TOKEN}")
        assert inside.status_code == headed.status_code == 200
        assert inside.content == headed.content
        assert TOKEN not in inside.text
        for wrong in ("", "token=", "token=x", f"token={OTHER}", f"Token={TOKEN}"):
            assert client.get(f"{address}{begin}{wrong}").status_code == 401
        assert client.get(f"/log?token={TOKEN}").status_code in (401, 404)
        assert client.get(f"/v1/relationships?token={TOKEN}").status_code in (401, 404)


# Atom


def test_a_feed_tells_the_newest_records_with_a_link_to_their_evidence(
    client: Client, engine: TimelineEngine
) -> None:
    odd = 'a/b?c="d"&<e>'
    engine.append(
        AgreementSigned(
            agreement="pact", parties=PAIR, when="2023-06-30", id=odd, note="<script>x</script>\n",
            sources=(Source("Dawn", url="javascript:alert(1)"), Source("APP", url="https://a.test/1")),
        )
    )  # fmt: skip
    newest, *_, oldest = feed(client, "/feed.atom")
    assert parse_qs(urlsplit(newest["link"]).query) == {"event": [odd]}
    assert urlsplit(newest["link"]).path == "/evidence"
    assert "<script>x</script>" in newest["content"]
    assert "javascript:" not in newest["content"]
    assert "https://a.test/1" in newest["content"]
    assert "elations" in oldest["title"]


def test_a_retraction_is_an_entry_that_leads_to_what_was_retracted(
    client: Client, engine: TimelineEngine
) -> None:
    engine.retract("planned", "a forgery")
    newest, *_ = feed(client, "/feed.atom?relationship=PAK-RUS")
    assert newest["link"].endswith("/evidence?event=planned")
    assert "a forgery" in newest["title"]


def test_a_feed_can_be_of_a_relationship_a_party_or_some_kinds(client: Client) -> None:
    def count(query: str) -> int:
        return len(feed(client, f"/feed.atom?{query}"))

    assert count("") == 3
    assert count("relationship=PAK-RUS") == 2  # with what the Soviet Union began
    assert count("party=RUS") == 2
    assert count("party=SUN") == 1
    assert count("party=CHN") == 1
    assert count("kind=meeting-held&kind=meeting-scheduled") == 2
    assert count("party=RUS&kind=meeting-held") == 0
    assert count("relationship=PAK-RUS&party=CHN") == 0


def test_the_newest_records_are_those_of_the_whole_log_that_match() -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    with comity.open(":memory:") as engine:
        engine.append(MeetingHeld(meeting="first", parties=PAIR, when="2019"), recorded_at=start)
        others = [
            MeetingHeld(meeting=f"m{number}", parties=("CHN", "IND"), when="2019")
            for number in range(3_000)
        ]
        engine.append(*others, recorded_at=start + timedelta(1))
        log = list(engine.events())[::-1]
        for matching in (
            Matching(),
            Matching("CHN-IND"),
            Matching(party="CHN"),
            Matching("PAK-RUS"),
        ):
            expected = [record for record in log if matching.holds(record)][:50]
            assert newest_records(engine, matching, 50) == expected
        assert len(newest_records(engine, Matching("PAK-RUS"), 50)) == 1


@pytest.mark.parametrize(
    "text", ["\x00\x1b[31m", "a\ud800b", "\uffff\ufffe", "]]><![CDATA[", "\x85"]
)
def test_no_text_makes_a_feed_that_is_no_xml(text: str) -> None:
    moment = datetime(2023, 6, 20, tzinfo=UTC)
    entry = Entry("tag:comity,2026:event/1", text, moment, text, text, (), (text,))
    [read] = entries_of(atom(Feed("tag:comity,2026:feed/", text, (entry,))))
    assert "\x1b" not in read["title"]


# What is kept


def test_two_versions_of_one_second_have_different_times() -> None:
    kept = KeptFeeds(lambda: datetime(2023, 6, 20, 12, 0, 0, 999, tzinfo=UTC))
    first = kept.feed("a", 1, lambda: b"1")
    same = kept.feed("a", 2, lambda: b"1")
    second = kept.feed("a", 3, lambda: b"2")
    assert same == first
    assert second.since > first.since
    assert second.etag != first.etag


def test_few_feeds_are_kept_and_none_that_are_large() -> None:
    kept, made = KeptFeeds(), list[int]()

    def make(number: int, size: int) -> bytes:
        made.append(number)
        return bytes(size)

    for number in range(200):
        kept.feed(number, 0, lambda number=number: make(number, 10))  # type: ignore[misc]
    kept.feed(199, 0, lambda: make(199, 10))
    kept.feed(0, 0, lambda: make(0, 10))
    assert made == [*range(200), 0]
    for number in range(3):
        kept.feed(("large", number), 0, lambda: make(-1, 10_000_000))
    kept.feed(0, 0, lambda: make(-2, 10))
    assert made[-1] == -2


def test_the_feed_of_a_relationship_has_an_act_on_its_agreement_told_of_others(
    engine: TimelineEngine, client: Client
) -> None:
    engine.append(AgreementSigned(agreement="pact", parties=("CHN", "PAK", "RUS"), when="2000"))
    for name in ("pact", "other"):
        engine.append(
            AgreementDenounced(
                agreement=name, parties=("CHN", "RUS"), by="RUS", when="2024-01-01", id=name
            )
        )
    engine.retract("pact", "it was not")
    kinds = "&kind=agreement-denounced&kind=record-retracted"
    entries = feed(client, f"/feed.atom?relationship=PAK-RUS{kinds}")
    assert len(entries) == 2
    assert all("event=pact" in str(entry) for entry in entries)
    assert feed(client, "/feed.atom?relationship=IND-RUS" + kinds) == []
