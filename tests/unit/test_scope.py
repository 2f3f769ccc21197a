"""Which events stand on a relationship's timeline: larger sets of parties and continued states."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from comity import Event, InvalidValue, RelationsEstablished, StatementMade, UnknownParty
from comity.domain.scope import Scope, scope_of, scopes_of
from tests.unit.given import given


def fact(when: str, *parties: str) -> Event:
    return RelationsEstablished(parties=parties, when=when)


def held(scope: Scope, when: str, *parties: str) -> bool:
    return scope.holds(fact(when, *parties))


PAK_RUS = scope_of("PAK", "RUS")


@pytest.mark.parametrize("when", ["1948-05-01", "1991-12-25", "1991-12", "1991", "199X", "../1992"])
def test_what_the_soviet_union_may_have_done_before_it_was_continued_is_russias(when: str) -> None:
    assert held(PAK_RUS, when, "PAK", "SUN")


@pytest.mark.parametrize("when", ["1991-12-26", "1992", "1991-12-26/1991-12-27", "2023-06-20"])
def test_what_is_told_of_the_soviet_union_from_the_day_it_was_continued_is_not_russias(
    when: str,
) -> None:
    assert not held(PAK_RUS, when, "PAK", "SUN")


def test_an_interval_counts_from_its_start() -> None:
    assert held(PAK_RUS, "1979-12/2001", "PAK", "SUN")


@pytest.mark.parametrize("when", ["1948-05-01", "1991-12-25", "1991-12-26", "2023"])
def test_what_is_told_of_russia_itself_counts_at_any_time(when: str) -> None:
    assert held(PAK_RUS, when, "PAK", "RUS")


def test_a_state_that_came_out_of_another_does_not_continue_it() -> None:
    assert not held(scope_of("KAZ", "PAK"), "1980", "PAK", "SUN")
    assert not held(scope_of("CZE", "PAK"), "1980", "CSK", "PAK")


def test_the_past_of_a_state_does_not_hold_what_came_after() -> None:
    assert not held(scope_of("PAK", "SUN"), "1980", "PAK", "RUS")


@pytest.mark.parametrize(
    ("when", "code", "serbian"),
    [
        ("1992-04-26", "YUG", False),  # the Socialist Republic, which dissolved
        ("1992-04-27", "YUG", True),
        ("1992", "YUG", True),  # perhaps since 27 April
        ("1992-01", "YUG", False),
        ("2003-02-03", "YUG", True),
        ("2003-02-04", "YUG", False),
        ("2003-02-04", "SCG", True),
        ("2006-06-04", "SCG", True),
        ("2006-06-05", "SCG", False),
        ("2006", "SCG", True),
        ("2006-06-05", "SRB", True),
        ("1985", "SRB", True),
    ],
)
def test_serbia_continues_two_states_each_within_its_window(
    when: str, code: str, serbian: bool
) -> None:
    assert held(scope_of("CHN", "SRB"), when, "CHN", code) is serbian


def test_of_serbia_and_montenegro_yugoslavia_is_the_past_too() -> None:
    scope = scope_of("CHN", "SCG")
    assert held(scope, "2003-02-03", "CHN", "YUG")
    assert not held(scope, "1992-04-26", "CHN", "YUG")


def test_two_continued_states_count_only_while_both_names_did() -> None:
    scope = scope_of("RUS", "SRB")
    assert held(scope, "1991-12-25", "SRB", "SUN")
    assert held(scope, "1999", "RUS", "YUG")
    # There was no day on which both SUN and the Federal Republic under YUG counted.
    assert not held(scope, "1989", "SUN", "YUG")
    assert not held(scope, "19XX", "SUN", "YUG")


def test_an_event_between_a_state_and_its_own_past_is_not_between_two() -> None:
    assert not held(PAK_RUS, "1990", "RUS", "SUN")
    assert held(scope_of("RUS", "SUN"), "1990", "RUS", "SUN")
    assert not held(scope_of("RUS", "SUN"), "1990", "PAK", "SUN")


@pytest.mark.parametrize("pair", [("CHN", "PAK"), ("CHN", "RUS"), ("PAK", "RUS")])
def test_an_event_of_three_stands_on_every_pair_within_it(pair: tuple[str, str]) -> None:
    assert held(scope_of(*pair), "2023", "CHN", "PAK", "RUS")


def test_an_event_of_a_pair_does_not_stand_on_a_larger_set() -> None:
    assert not held(scope_of("CHN", "PAK", "RUS"), "2023", "PAK", "RUS")


def test_a_larger_set_is_continued_as_a_pair_is() -> None:
    assert held(PAK_RUS, "1991-12-25", "CHN", "PAK", "SUN")
    assert not held(PAK_RUS, "1991-12-26", "CHN", "PAK", "SUN")


@pytest.mark.parametrize("names", [("PAK", "RUS"), ("RUS", "PAK"), ("PAK-RUS",)])
def test_a_relationship_is_named_by_its_parties_in_any_order_or_by_its_id(
    names: tuple[str, ...],
) -> None:
    assert scope_of(*names) == PAK_RUS


@pytest.mark.parametrize(
    ("names", "error", "said"),
    [
        ((), InvalidValue, "two or more"),
        (("PAK",), InvalidValue, "two or more"),
        (("PAK", "PAK"), InvalidValue, "PAK is repeated"),
        (("PAK", "Russia"), UnknownParty, "'Russia'"),
        (("RUS-PAK",), InvalidValue, "'PAK-RUS'"),
        (("PAK-XYZ",), UnknownParty, "'XYZ'"),
        (("PAK", 5), UnknownParty, "5"),
    ],
)
def test_what_names_no_relationship_is_refused(
    names: tuple[Any, ...], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        scope_of(*names)


def test_an_event_affects_every_pair_within_it_under_the_newest_names() -> None:
    names = {scope.key for scope in scopes_of("CHN-PAK-SUN")}
    assert names == {"CHN-PAK", "CHN-RUS", "PAK-RUS", "CHN-PAK-RUS"}


def test_an_event_between_a_state_and_its_past_affects_no_pair() -> None:
    assert scopes_of("RUS-SUN") == set()


def test_the_seventy_fifth_year_is_counted_from_relations_with_the_soviet_union() -> None:
    """1 May 1948 + 75 years, as DESIGN.md says of 2023."""
    engine = given(fact("1948-05-01", "PAK", "SUN"))
    state = engine.state("PAK", "RUS", on="2023-04-30")
    [next_one] = state.next_anniversaries
    assert (next_one.years, next_one.falls) == (75, "2023-05-01")
    assert state.relations.status == "established"


def test_what_a_continued_state_said_is_its_heirs_word() -> None:
    engine = given(StatementMade(by="SUN", parties=("PAK", "SUN"), when="1960", stance="hostile"))
    assert engine.state("PAK", "RUS").statements["RUS"].stance == "hostile"
    assert engine.state("PAK", "SUN").statements["SUN"].stance == "hostile"


def test_accounts_are_rivals_only_on_a_timeline_that_holds_both() -> None:
    inside = RelationsEstablished(
        parties=("PAK", "SUN"), when="1991-12-25", happening="h", confidence=0.4
    )
    outside = RelationsEstablished(parties=("PAK", "SUN"), when="1991-12-26", happening="h")
    engine = given(inside, outside)
    [entry] = engine.timeline("PAK", "RUS")
    assert [account.event for account in entry.accounts] == [inside]
    [entry] = engine.timeline("PAK", "SUN")
    assert [account.event for account in entry.accounts] == [outside, inside]
    evidence = engine.evidence(inside.id)
    assert (evidence.stands, evidence.loses_on) == (False, ("PAK-SUN",))


def test_the_members_of_a_scope_have_their_first_and_last_days() -> None:
    assert [(sorted(m.codes), m.since, m.until) for m in PAK_RUS.members] == [
        (["PAK", "RUS"], date.min, date.max),
        (["PAK", "SUN"], date.min, date(1991, 12, 25)),
    ]
