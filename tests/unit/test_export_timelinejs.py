"""The TimelineJS export, held against the rules of TimelineJS 3 itself.

Source: TimelineConfig.js, TLDate.js and Slide.js of NUKnightLab/TimelineJS3, and its documentation.
"""

from __future__ import annotations

import io
import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from comity import (
    AgreementSigned,
    AlignmentRecorded,
    InvalidInput,
    InvalidValue,
    MeetingHeld,
    RelationsEstablished,
    Source,
    StatementMade,
    TimelineEngine,
)
from comity.adapters.interchange.exporters.timelinejs import write_timelinejs
from tests.unit.given import PAIR, given

ALLOWED = {"a", "p"}
PARTS = ("year", "month", "day", "hour", "minute", "second", "millisecond")


def exported(engine: TimelineEngine, *parties: str, **options: Any) -> dict[str, Any]:
    file = io.BytesIO()
    written = write_timelinejs(engine, parties or PAIR, file, **options)
    data: dict[str, Any] = msgspec.json.decode(file.getvalue())
    check(data)
    assert len(data["events"]) == written
    return data


def slide(engine: TimelineEngine) -> dict[str, Any]:
    [event] = exported(engine)["events"]
    found: dict[str, Any] = event
    return found


class Markup(HTMLParser):
    """Collects the tags and the addresses of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.said = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.said += data


def check(data: dict[str, Any]) -> None:
    """What TimelineConfig checks as it reads and validates, and what its slides need."""
    assert data["scale"] == "human"
    assert data["events"], "Timeline configuration has no events"
    ids = [data["title"]["unique_id"], *(event["unique_id"] for event in data["events"])]
    assert len(set(ids)) == len(ids)
    for id in ids:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", id)
    for event in data["events"]:
        check_date(event["start_date"])
        if "end_date" in event:
            check_date(event["end_date"])
            assert as_key(event["end_date"]) >= as_key(event["start_date"])
            shared = event["start_date"]
            assert any(event["end_date"].get(part) != shared[part] for part in shared)
        assert event["group"] == event["group"].strip() != ""
        # TimelineJS shows these as text, after taking markup out of them.
        assert "<" not in event["group"] + event.get("display_date", "")
    for each in (data["title"], *data["events"]):
        media = each.get("media", {})
        assert each["text"]["headline"]
        for text in (each["text"]["headline"], each["text"]["text"], media.get("credit", "")):
            markup = Markup(text)
            assert markup.tags <= ALLOWED
            assert markup.attributes <= {"href"}
            assert all(re.match("https?://", link) for link in markup.links)
            assert text.isprintable()
        assert re.match("https?://", media.get("url", "https://")) is not None


def check_date(parts: dict[str, Any]) -> None:
    """The parts of a date are whole numbers, a year is among them, and the day exists."""
    assert set(parts) <= set(PARTS)
    assert all(type(value) is int for value in parts.values())
    date(parts["year"], parts.get("month", 1), parts.get("day", 1))
    assert "month" in parts or "day" not in parts


def as_key(parts: dict[str, int]) -> tuple[int, ...]:
    return tuple(parts.get(part, 0) for part in PARTS)


@pytest.mark.parametrize(
    ("when", "start", "end", "display"),
    [
        ("2023-06-20", {"year": 2023, "month": 6, "day": 20}, None, None),
        ("2023-06", {"year": 2023, "month": 6}, None, "June 2023"),
        ("2023", {"year": 2023}, None, "2023"),
        ("2023-XX-XX", {"year": 2023}, None, "2023"),
        ("2023-06-XX", {"year": 2023, "month": 6}, None, "June 2023"),
        ("2023-06?", {"year": 2023, "month": 6}, None, "June 2023 (uncertain)"),
        ("1979~", {"year": 1979}, None, "about 1979"),
        ("198X", {"year": 1980}, {"year": 1989}, "the 1980s"),
        ("2023-22", {"year": 2023, "month": 6}, {"year": 2023, "month": 8}, "summer 2023"),
        ("2023-06-1X", {"year": 2023, "month": 6, "day": 10},
         {"year": 2023, "month": 6, "day": 19}, "between 10 June 2023 and 19 June 2023"),
        ("2023-06-20/2023-06-21", {"year": 2023, "month": 6, "day": 20},
         {"year": 2023, "month": 6, "day": 21}, "20 to 21 June 2023"),
        ("1979-12/1989-02", {"year": 1979, "month": 12}, {"year": 1989, "month": 2},
         "December 1979 to February 1989"),
        ("1979/..", {"year": 1979}, None, "from 1979 on"),
        ("../1991", {"year": 1991}, None, "until 1991"),
        ("[..1991]", {"year": 1991}, None, "1991 or before"),
        ("[1990..]", {"year": 1990}, None, "1990 or later"),
        ("[1990..1992]", {"year": 1990}, {"year": 1992}, "between 1990 and 1992"),
        ("0001-02-03", {"year": 1, "month": 2, "day": 3}, None, None),
        ("9999-12-31", {"year": 9999, "month": 12, "day": 31}, None, None),
        ("2023-06-20T14:30:00Z",
         {"year": 2023, "month": 6, "day": 20, "hour": 14, "minute": 30, "second": 0}, None, None),
    ],
)  # fmt: skip
def test_a_date_has_only_the_parts_that_are_told(
    when: str, start: dict[str, int], end: dict[str, int] | None, display: str | None
) -> None:
    matter = AlignmentRecorded(parties=("FRA", "smom"), when=when, alignment="aligned", matter="x")
    with given(matter) as engine:
        [event] = exported(engine, "FRA", "smom")["events"]
    assert event["start_date"] == start
    assert event.get("end_date") == end
    assert event.get("display_date") == display


def test_an_event_without_any_date_is_counted_in_the_title() -> None:
    with given(
        AlignmentRecorded(parties=PAIR, when="../..", alignment="aligned", matter="x"),
        RelationsEstablished(parties=PAIR, when="1948-05-01"),
    ) as engine:
        data = exported(engine)
    assert len(data["events"]) == 1
    assert "their dates are not known: 1." in data["title"]["text"]["text"]


def test_a_timeline_that_timelinejs_would_refuse_is_refused() -> None:
    with given(AlignmentRecorded(parties=PAIR, when="../..", alignment="aligned", matter="x")) as e:
        with pytest.raises(InvalidValue, match="dated event"):
            exported(e)
        with pytest.raises(InvalidValue, match="dated event"):
            exported(e, "CHN-PAK")
        with pytest.raises(InvalidInput):
            exported(e, "PAK", "RSU")


def test_groups_are_the_areas_and_names_stand_in_sentences() -> None:
    with given(
        RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
        MeetingHeld(meeting="m", parties=PAIR, when="2023", heads={"PAK": "Khan"}),
        AgreementSigned(agreement="a", parties=("CHN", *PAIR), when="2023-02"),
        StatementMade(by="RUS", parties=PAIR, when="2023-03", text="well"),
    ) as engine:
        data = exported(engine)
    groups = {event["group"]: event for event in data["events"]}
    assert set(groups) == {
        "Relations", "Meetings", "Agreements", "Statements, votes, aid and alignment",
    }  # fmt: skip
    assert data["title"]["text"]["headline"] == "Pakistan and Russia"
    assert "Soviet Union (SUN)" in groups["Relations"]["text"]["text"]
    assert "China (CHN), Pakistan (PAK), Russia (RUS)" in groups["Agreements"]["text"]["text"]
    assert "Pakistan: Khan" in groups["Meetings"]["text"]["headline"]


def test_sources_are_credits_with_links_and_without_an_address_they_are_text() -> None:
    dawn = Source("Dawn", "https://dawn.com/1?a=1&b=2", "2023-06", "page 3")
    paper = Source("The Gazette", published="1948-05-02")
    event = RelationsEstablished(parties=PAIR, when="1948-05-01")
    with given(event.replace(sources=(dawn, paper))) as engine:
        media = slide(engine)["media"]
    assert media["url"] == media["link"] == dawn.url
    assert Markup(media["credit"]).links == [dawn.url]
    assert Markup(media["credit"]).said == "Dawn, June 2023, page 3; The Gazette, 2 May 1948"
    with given(event.replace(sources=(paper,))) as engine:
        only_text = slide(engine)
    assert only_text["media"] == {"credit": "The Gazette, 2 May 1948"}
    assert "<p>Sources: The Gazette, 2 May 1948</p>" in only_text["text"]["text"]


def test_rival_accounts_are_told_and_retracted_ones_are_not() -> None:
    first = MeetingHeld(meeting="m", parties=PAIR, when="2023-01-02", venue="Moscow")
    rival = first.replace(when="2023-01-03", venue="Omsk", confidence=0.5)
    with given(first, rival) as engine:
        told = slide(engine)["text"]["text"]
        assert "Told by 2 accounts." in told
        assert "Another account says: Meeting (m) held, Omsk (3 January 2023)." in told
        engine.retract(rival.id, "invented")
        assert "Omsk" not in str(exported(engine))
        assert "Omsk" in str(exported(engine, known_at=2))


EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\x00\x1b\u202e\n[a](b)"


def test_text_of_the_data_is_never_markup() -> None:
    source = Source(EVIL, "javascript:alert(1)", note=EVIL)
    quoting = Source("b", 'https://x.org/"onmouseover="alert(1)')
    events = [
        MeetingHeld(meeting=EVIL, parties=PAIR, when="2023", venue=EVIL, note=EVIL, id=EVIL,
                    sources=(source, quoting)),
        StatementMade(by="RUS", parties=PAIR, when="2023", speaker=EVIL, text=EVIL, id=EVIL * 2),
        RelationsEstablished(parties=PAIR, when="1948", id="title"),
    ]  # fmt: skip
    with given(*events) as engine:
        file = io.BytesIO()
        write_timelinejs(engine, PAIR, file)
        data = exported(engine)
    assert len(data["events"]) == 3
    assert "<script" not in file.getvalue().decode()
    assert file.getvalue().decode().replace("\n", "").isprintable()


def test_the_same_question_gives_the_same_bytes() -> None:
    with given(RelationsEstablished(parties=PAIR, when="1948-05-01")) as engine:
        files = io.BytesIO(), io.BytesIO()
        for file in files:
            write_timelinejs(engine, PAIR, file)
    assert files[0].getvalue() == files[1].getvalue()
