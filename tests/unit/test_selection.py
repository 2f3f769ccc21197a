"""Selection for the day D as known at K: standing events, undetermined events, their order."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from comity import (
    AccountPreferred,
    Entry,
    Event,
    MeetingHeld,
    RecordRetracted,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
    Source,
    StatementMade,
)
from comity.domain.scope import Certainty, scope_of
from comity.domain.selection import Selection, select, standing_entries
from tests.unit.given import PAIR, given


def recorded(*events: Event) -> list[Entry]:
    """The standing events among events recorded in this order."""
    return standing_entries(list(given(*events).events()), scope_of(*PAIR))


def ids(selection: Selection[Entry]) -> tuple[list[str], list[str]]:
    return [e.event.id for e in selection.folded], [e.event.id for e in selection.undetermined]


def said(id: str, when: str = "2023-06-20") -> Event:
    return StatementMade(by="RUS", parties=PAIR, when=when, id=id)


def account(id: str, confidence: float = 1.0, published: str = "", when: str = "2023") -> Event:
    return MeetingHeld(
        meeting="m",
        parties=PAIR,
        when=when,
        id=id,
        confidence=confidence,
        sources=(Source("S", published=published),),
    )


def retract(target: str, id: str) -> Event:
    return RecordRetracted(target=target, reason="r", id=id)


def prefer(target: str, id: str) -> Event:
    return AccountPreferred(target=target, reason="r", id=id)


# Certain, possible, undetermined


@pytest.mark.parametrize(
    ("when", "on", "certain", "possible", "undetermined"),
    [
        ("2023-06-20", date(2023, 6, 19), False, False, False),
        ("2023-06-20", date(2023, 6, 20), True, True, False),
        ("2023-06", date(2023, 5, 31), False, False, False),
        ("2023-06", date(2023, 6, 1), False, True, True),
        ("2023-06", date(2023, 6, 29), False, True, True),
        ("2023-06", date(2023, 6, 30), True, True, False),
        ("198X", date(1980, 1, 1), False, True, True),
        ("198X", date(1989, 12, 31), True, True, False),
        # an interval becomes true at its start
        ("2023-06-20/2023-06-25", date(2023, 6, 20), True, True, False),
        ("2023-06/2023-08", date(2023, 6, 30), True, True, False),
        ("../1991", date(1, 1, 1), False, True, True),
        ("../1991", date(1991, 12, 31), True, True, False),
        ("2023?", date(2023, 12, 31), True, True, False),
    ],
)
def test_the_last_possible_day_makes_certain_and_the_first_makes_possible(
    when: str, on: date, certain: bool, possible: bool, undetermined: bool
) -> None:
    entries = recorded(said("s", when))
    expected: dict[Certainty, bool] = {"certain": certain, "possible": possible}
    for certainty, folded in expected.items():
        selection = select(entries, on, certainty)
        assert ids(selection) == (["s"] if folded else [], ["s"] if undetermined else [])


# Order


def test_what_is_folded_for_certain_is_in_order_of_the_last_possible_day() -> None:
    entries = recorded(said("day", "2023-06-20"), said("month", "2023-06"), said("year", "2023"))
    selection = select(entries, date.max, "certain")
    assert ids(selection)[0] == ["day", "month", "year"]


def test_what_is_possibly_folded_is_in_order_of_the_first_possible_day() -> None:
    entries = recorded(said("day", "2023-06-20"), said("month", "2023-06"), said("year", "2023"))
    selection = select(entries, date.max, "possible")
    assert ids(selection)[0] == ["year", "month", "day"]


def test_on_one_day_what_opens_comes_before_what_closes() -> None:
    fields: dict[str, Any] = {"parties": PAIR, "when": "2023-06-20"}
    entries = recorded(
        RelationsSevered(**fields, id="a"),
        RelationsRestored(**fields, id="b"),
        RelationsSuspended(**fields, id="c"),
        RelationsEstablished(**fields, id="d"),
    )
    assert ids(select(entries, date.max))[0] == ["d", "c", "b", "a"]


def test_on_one_day_and_in_one_phase_the_id_decides_and_never_the_order_of_recording() -> None:
    for order in permutations(("a", "b", "c")):
        entries = recorded(*(said(id) for id in order))
        assert ids(select(entries, date.max))[0] == ["a", "b", "c"]


def test_what_is_undetermined_is_in_the_order_of_a_timeline() -> None:
    entries = recorded(
        said("b", "2023"), said("a", "2023"), said("c", "2023-06"), said("d", "202X")
    )
    assert ids(select(entries, date(2023, 6, 15)))[1] == ["d", "a", "b", "c"]


# Retractions


@pytest.mark.parametrize(
    ("records", "stands"),
    [
        ([], True),
        ([retract("s", "r1")], False),
        ([retract("s", "r1"), retract("r1", "r2")], True),
        ([retract("s", "r1"), retract("r1", "r2"), retract("r2", "r3")], False),
        ([retract("s", "r1"), retract("s", "r2"), retract("r1", "r3")], False),
        ([retract("s", "r1"), retract("s", "r2"), retract("r1", "r3"), retract("r2", "r4")], True),
    ],
    ids=["none", "one", "undone", "redone", "one of two undone", "both undone"],
)
def test_a_retraction_can_itself_be_retracted(records: list[Event], stands: bool) -> None:
    assert [e.event.id for e in recorded(said("s"), *records)] == (["s"] if stands else [])


def test_record_keeping_itself_stands_on_no_timeline() -> None:
    entries = recorded(said("s"), said("t"), retract("s", "r"), account("m"), prefer("m", "p"))
    assert [e.event.id for e in entries] == ["t", "m"]


# Rival accounts


def test_of_rival_accounts_one_stands_and_the_others_stay_visible() -> None:
    [entry] = recorded(account("a", 0.5), account("b", 0.9), account("c", 0.7))
    assert entry.event.id == "b"
    assert [a.event.id for a in entry.accounts] == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("event", "other"),
    [
        (account("z", 0.9), account("a", 0.8, "2024")),
        (account("z", published="2023-07"), account("a", published="2023-06-30")),
        # the newest source decides, and a year may have been its last day
        (account("z", published="2023"), account("a", published="2023-12-30")),
        (account("z", published="2023"), account("a")),
        (account("a", published="2023"), account("z", published="2023-12-31")),
    ],
    ids=["the surer", "the newer", "the newer, at the latest", "a dated one", "the smaller id"],
)
def test_without_a_preference_the_more_credible_account_stands(event: Event, other: Event) -> None:
    for order in ((event, other), (other, event)):
        [entry] = recorded(*order)
        assert entry.event == event


def test_an_account_is_as_new_as_its_newest_source() -> None:
    sources = tuple(Source("S", published=published) for published in ("2019", "2024", "2020"))
    many = MeetingHeld(meeting="m", parties=PAIR, when="2023", sources=sources, id="z")
    [entry] = recorded(account("a", published="2023"), many)
    assert entry.event == many


def test_the_newest_preference_stands() -> None:
    accounts = (account("a"), account("b", 0.5), account("c", 0.4))
    [entry] = recorded(*accounts, prefer("b", "p1"), prefer("c", "p2"))
    assert [a.event.id for a in entry.accounts] == ["c", "a", "b"]


def test_a_retracted_preference_gives_way_to_the_one_before() -> None:
    accounts = (account("a"), account("b", 0.5), account("c", 0.4))
    records = (prefer("b", "p1"), prefer("c", "p2"), retract("p2", "r"))
    [entry] = recorded(*accounts, *records)
    assert entry.event.id == "b"


def test_a_preference_for_a_retracted_account_gives_way_too() -> None:
    [entry] = recorded(account("a"), account("b", 0.5), prefer("b", "p"), retract("b", "r"))
    assert [x.event.id for x in entry.accounts] == ["a"]


def test_one_happening_of_two_kinds_is_not_two_accounts() -> None:
    severed = RelationsSevered(parties=PAIR, when="2023", happening="h", id="a")
    suspended = RelationsSuspended(parties=PAIR, when="2023", happening="h", id="b")
    assert {e.event.id for e in recorded(severed, suspended)} == {"a", "b"}


def told_of(id: str, *parties: str, when: str = "1985", happening: str = "m") -> Event:
    return MeetingHeld(meeting="m", parties=parties, when=when, id=id, happening=happening)


def on_timeline(parties: str, *events: Event) -> list[list[str]]:
    """The accounts of each entry on a timeline on which these events were recorded."""
    entries = standing_entries(list(given(*events).events()), scope_of(parties))
    return sorted([account.event.id for account in entry.accounts] for entry in entries)


def test_accounts_are_rivals_where_the_parties_of_one_contain_those_of_the_other() -> None:
    two, three = told_of("a", "PAK", "RUS"), told_of("b", "CHN", "PAK", "RUS")
    assert on_timeline("PAK-RUS", two, three) == [["a", "b"]]
    three_only = [record for record in given(two, three).events() if record.event.id == "b"]
    assert len(standing_entries(three_only, scope_of("CHN-PAK"))) == 1


def test_a_continued_state_stands_for_its_heir() -> None:
    union, federation = told_of("a", "PAK", "SUN"), told_of("b", "PAK", "RUS")
    assert on_timeline("PAK-RUS", union, federation) == [["a", "b"]]


def test_an_account_that_the_timeline_does_not_hold_is_no_rival_on_it() -> None:
    late, federation = told_of("a", "PAK", "SUN", when="2001"), told_of("b", "PAK", "RUS")
    assert on_timeline("PAK-RUS", late, federation) == [["b"]]


def test_rivals_of_a_rival_are_rivals() -> None:
    three, other = told_of("a", "CHN", "PAK", "RUS"), told_of("b", "IRN", "PAK", "RUS")
    assert on_timeline("PAK-RUS", three, other) == [["a"], ["b"]]
    assert on_timeline("PAK-RUS", three, other, told_of("c", "PAK", "RUS")) == [["a", "b", "c"]]
    undone = (told_of("c", "PAK", "RUS"), retract("c", "r"))
    assert on_timeline("PAK-RUS", three, other, *undone) == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("happening", "other", "same"),
    [
        ("Straße", "STRASSE", True),
        ("Café", "cafe\u0301", True),
        ("CAFE\u0301", "café", True),
        ("summit", "Summit", True),
        ("summit", "summits", False),
    ],
)
def test_happenings_are_compared_by_case_folded_nfc(happening: str, other: str, same: bool) -> None:
    accounts = (
        told_of("a", "PAK", "RUS", happening=happening),
        told_of("b", "PAK", "RUS", happening=other),
    )
    assert len(on_timeline("PAK-RUS", *accounts)) == (1 if same else 2)


def test_what_two_parties_did_is_not_two_accounts() -> None:
    def statement(id: str, by: str, *parties: str) -> Event:
        return StatementMade(by=by, parties=parties, when="1985", happening="h", id=id)

    ours, theirs = statement("a", "PAK", "PAK", "RUS"), statement("b", "RUS", "PAK", "RUS")
    assert on_timeline("PAK-RUS", ours, theirs) == [["a"], ["b"]]
    union = statement("c", "SUN", "PAK", "SUN")
    assert on_timeline("PAK-RUS", ours, theirs, union) == [["a"], ["b", "c"]]


def test_the_losing_account_has_no_say_in_when_it_happened() -> None:
    entries = recorded(account("a", 0.4, when="2022"), account("b", when="2023-06"))
    assert ids(select(entries, date(2023, 6, 15))) == ([], ["b"])
    assert ids(select(entries, date(2022, 12, 31))) == ([], [])


def test_an_entry_cites_the_sources_of_all_its_accounts_each_once() -> None:
    single, two = Source("Dawn"), Source("TASS")
    first = MeetingHeld(meeting="m", parties=PAIR, when="2023", sources=(single,))
    second = MeetingHeld(
        meeting="m", parties=PAIR, when="2024", sources=(two, single), confidence=0.5
    )
    [entry] = recorded(second, first)
    assert entry.sources == (single, two)


def test_an_entry_is_bounded_by_its_standing_account() -> None:
    [entry] = recorded(account("a", when="2023-06/2023-08"))
    assert (entry.earliest, entry.latest) == (date(2023, 6, 1), date(2023, 6, 30))
