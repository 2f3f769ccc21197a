"""The dossier of Pakistan and Russia: valid, complete, in order, sourced, and in our own words."""

import csv
import json
import re
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from comity.domain.events import AccountPreferred, AnyEvent, Event, RecordKeeping
from comity.domain.time.dates import bounds, moment

TEXT = (files("comity") / "dossiers" / "pakistan_russia.jsonl").read_text("utf-8")
DECODER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(AnyEvent)
CLAIMS = {f"PR{number:03d}" for number in range(1, 67)}
COPIED_WORDS = 8
# More than it has, less than a sentence: so that no test below passes on an empty dossier.
FEWEST_EVENTS = 100


class Line(NamedTuple):
    """One line of the dossier, decoded, with the JSON that it came from."""

    event: Event
    recorded_at: datetime
    raw: dict[str, Any]


def read(text: str) -> Line:
    raw = json.loads(text)
    recorded_at = moment(raw.pop("recorded_at"))
    event = DECODER.decode(msgspec.json.encode(raw))
    event.validate()
    return Line(event, recorded_at, raw)


LINES = [read(text) for text in TEXT.splitlines()]
TOLD = [line for line in LINES if not isinstance(line.event, RecordKeeping)]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of COPIED_WORDS consecutive words of a text."""
    answer = words(text)
    return {tuple(answer[at : at + COPIED_WORDS]) for at in range(len(answer) - COPIED_WORDS + 1)}


def prose(line: Line) -> list[str]:
    """Every text of a line in which a sentence could stand: not the addresses of pages."""
    texts = re.findall(r'"((?:[^"\\]|\\.)*)"', json.dumps(line.raw, ensure_ascii=False))
    return [text for text in texts if not text.startswith("http")]


def test_there_are_as_many_events_as_the_facts_call_for() -> None:
    assert len(LINES) >= FEWEST_EVENTS


def test_every_id_is_given_and_unique() -> None:
    ids = [line.raw["id"] for line in LINES]
    assert len(set(ids)) == len(ids)


def test_no_line_spells_out_a_default() -> None:
    spelt = [
        (e.id, field.name)
        for e, _, raw in LINES
        for field in msgspec.structs.fields(e)
        if field.name in raw and raw[field.name] in (field.default, [], {})
    ]
    assert spelt == []


def test_every_claim_is_an_event_whose_source_names_it() -> None:
    by_id = {line.event.id: line.event for line in TOLD}
    assert set(by_id) >= CLAIMS
    for claim in CLAIMS:
        [source] = by_id[claim].sources
        assert source.note.split(";")[0] == claim


def test_every_claim_cites_the_page_that_makes_it(shared_data: Path) -> None:
    with (shared_data / "pakistan_russia" / "pak_rus_claims.csv").open(encoding="utf-8") as file:
        pages = {row["claim_id"]: row["source_url"] for row in csv.DictReader(file)}
    cited = {e.id: e.sources[0].url for e, _, _ in TOLD if e.id in CLAIMS}
    assert cited == pages


def test_every_event_has_a_source_with_a_publisher() -> None:
    assert [
        e.id for e, _, _ in TOLD if not e.sources or not all(s.publisher for s in e.sources)
    ] == []


def test_recorded_time_never_decreases() -> None:
    times = [line.recorded_at for line in LINES]
    assert times == sorted(times)


def test_nothing_was_recorded_before_a_source_of_it_was_published() -> None:
    early = [
        (e.id, source.published)
        for e, recorded_at, _ in TOLD
        for source in e.sources
        if source.published and bounds(source.published).earliest > recorded_at.date()
    ]
    assert early == []


def test_a_preferred_account_was_recorded_before_and_has_a_rival() -> None:
    known: dict[str, Event] = {}
    preferred = 0
    for event, _, _ in LINES:
        if isinstance(event, AccountPreferred):
            target = known[event.target]
            rivals = [e for e in known.values() if _rivals(e, target)]
            assert rivals, f"{event.id} prefers {target.id}, which nobody contradicts"
            preferred += 1
        known[event.id] = event
    assert preferred


def _rivals(event: Event, other: Event) -> bool:
    same = event.type == other.type and event.happening == other.happening != ""
    return same and event.parties == other.parties and event.id != other.id


@pytest.mark.parametrize(
    ("happening", "values"),
    [
        ("urals-pilot/cargo-1", {"45000 TNE", "45122 TNE", "45142 TNE"}),
        ("urals-pilot/cargo-1", {"2023-06-11", "2023-06-12"}),
        ("qureshi-credentials", {"1949-12-30", "1949-12-31"}),
        ("sharif-1999", {"1999-03", "1999-04"}),
        ("igc-5", {"2017-11", "2017-12-01"}),
        ("lavrov-2021", {"2021-04-06/2021-04-07", "2021-09"}),
        ("druzhba-5", {"2020-11-05", "2020-11-08/2020-11-21"}),
        ("tashkent-declaration", {"1966-01-06", "1966-01-10"}),
    ],
)
def test_what_the_sources_contradict_each_other_in_stands_as_rival_accounts(
    happening: str, values: set[str]
) -> None:
    accounts = [e for e, _, _ in TOLD if e.happening == happening]
    assert len({e.type for e in accounts}) == 1
    answer = {e.when for e in accounts} | {str(getattr(e, "quantity", None)) for e in accounts}
    assert answer >= values


def test_the_fifth_round_is_not_known_a_week_before_it_and_the_first_cargo_is() -> None:
    before = [e for e, recorded_at, _ in LINES if recorded_at <= moment("2023-06-13")]
    assert not [e for e in before if "bpc-5" in e.happening]
    assert {e.when for e in before if e.happening == "urals-pilot/cargo-1"} >= {"2023-06-11"}


@pytest.mark.parametrize("name", ["article.txt", "pak_rus_claims.csv"])
def test_no_sentence_is_copied(name: str, shared_data: Path) -> None:
    original = runs((shared_data / "pakistan_russia" / name).read_text("utf-8"))
    assert original
    copied = [
        (line.event.id, text) for line in LINES for text in prose(line) if runs(text) & original
    ]
    assert copied == []
