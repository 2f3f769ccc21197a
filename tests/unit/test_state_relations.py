"""Relations and recognition in the state: the status, since when, and the founding date."""

from __future__ import annotations

import pytest

from comity import (
    Event,
    RecognitionExtended,
    RecognitionWithdrawn,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
)
from comity.domain.scope import Certainty
from comity.projections.sections.relations import Relations, RelationsStatus
from tests.unit.given import PAIR, given

FOUNDED = RelationsEstablished(parties=PAIR, when="1948-05-01")


def relations(
    *events: Event, on: str = "2023-06-20", certainty: Certainty = "certain"
) -> Relations:
    return given(*events).state(*PAIR, on=on, certainty=certainty).relations


def test_before_anything_is_known_relations_are_unknown() -> None:
    assert relations() == Relations("unknown", "", "", {})


def test_relations_are_established_from_the_day_itself() -> None:
    assert relations(FOUNDED, on="1948-04-30").status == "unknown"
    assert relations(FOUNDED, on="1948-05-01") == Relations(
        "established", "1948-05-01", "1948-05-01", {}
    )


@pytest.mark.parametrize(
    ("on", "status", "since"),
    [
        ("1971-12-05", "established", "1948-05-01"),
        ("1971-12-06", "suspended", "1971-12-06"),
        ("1972-01-30", "severed", "1972-01-30"),
        ("1976-05-14", "established", "1976-05-14"),
    ],
)
def test_relations_are_suspended_severed_and_restored_in_turn(
    on: str, status: RelationsStatus, since: str
) -> None:
    history = (
        RelationsRestored(parties=PAIR, when="1976-05-14"),
        RelationsSevered(parties=PAIR, when="1972-01-30"),
        FOUNDED,
        RelationsSuspended(parties=PAIR, when="1971-12-06"),
    )
    answer = relations(*history, on=on)
    assert answer == Relations(status, since, "1948-05-01", {})


def test_relations_established_again_after_a_break_are_founded_anew() -> None:
    answer = relations(
        FOUNDED,
        RelationsSevered(parties=PAIR, when="1972"),
        RelationsEstablished(parties=PAIR, when="1980"),
    )
    assert answer == Relations("established", "1980", "1980", {})


def test_relations_restored_whose_founding_nobody_recorded_are_established_without_a_date() -> None:
    answer = relations(RelationsRestored(parties=PAIR, when="1976"))
    assert answer == Relations("established", "1976", "", {})


def test_a_second_founding_while_relations_stand_changes_nothing() -> None:
    second = FOUNDED.replace(when="1960")
    assert relations(FOUNDED, second) == relations(FOUNDED)
    restored = RelationsRestored(parties=PAIR, when="1950")
    assert relations(restored, second) == Relations("established", "1950", "", {})


def test_relations_severed_twice_are_so_since_the_first_time() -> None:
    breaks = [RelationsSevered(parties=PAIR, when=year) for year in ("1971", "1972")]
    assert relations(FOUNDED, *breaks) == Relations("severed", "1971", "1948-05-01", {})


def test_an_imprecise_founding_is_certain_only_when_its_year_is_over() -> None:
    founded = RelationsEstablished(parties=PAIR, when="1948~")
    assert relations(founded, on="1948-12-30").status == "unknown"
    assert relations(founded, on="1948-12-31").status == "established"
    assert relations(founded, on="1948-01-01", certainty="possible").status == "established"


def test_broken_off_and_restored_on_one_day_is_established() -> None:
    """Relations that stand can only be broken off first: so nothing is incoherent."""
    answer = relations(
        FOUNDED,
        RelationsRestored(parties=PAIR, when="1972-01-30"),
        RelationsSevered(parties=PAIR, when="1972-01-30"),
    )
    assert answer.status == "established"


def test_recognition_stands_in_each_direction_until_it_is_withdrawn() -> None:
    history = (
        RecognitionExtended(by="PAK", on="RUS", when="1991-12-28"),
        RecognitionExtended(by="RUS", on="PAK", when="1991-12-30"),
        RecognitionWithdrawn(by="RUS", on="PAK", when="1999"),
    )
    assert relations(*history, on="1992-01-01").recognised == {
        "PAK → RUS": "1991-12-28",
        "RUS → PAK": "1991-12-30",
    }
    assert relations(*history, on="1999-12-31").recognised == {"PAK → RUS": "1991-12-28"}


def test_recognition_by_a_continued_state_is_its_heirs() -> None:
    recognised = RecognitionExtended(by="SUN", on="PAK", when="1948")
    withdrawn = RecognitionWithdrawn(by="RUS", on="PAK", when="1995")
    assert relations(recognised).recognised == {"RUS → PAK": "1948"}
    assert relations(recognised, withdrawn).recognised == {}
