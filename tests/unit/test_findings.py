"""Findings: each arises when it should, and not where an imprecise date leaves the matter open."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from comity import (
    AgreementSigned,
    AnniversaryMarked,
    DealAmended,
    DealEnded,
    DealSigned,
    Event,
    Finding,
    IncoherentHistory,
    MeetingCancelled,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
    MissionClosed,
    MissionLevel,
    MissionLevelChanged,
    MissionOpened,
    Quantity,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
    ShipmentDelivered,
    Source,
    StatementMade,
)
from comity.domain.scope import Certainty
from tests.unit.given import PAIR, given

LATE = "2024-01-01"


def findings(
    *events: Event, on: str = LATE, certainty: Certainty = "certain"
) -> tuple[Finding, ...]:
    return given(*events).state(*PAIR, on=on, certainty=certainty).findings


def kinds(*events: Event, on: str = LATE, certainty: Certainty = "certain") -> list[str]:
    return [finding.kind for finding in findings(*events, on=on, certainty=certainty)]


def kind_of(value: object) -> str:
    return value if isinstance(value, str) else getattr(value, "type", "")


def founded(when: str, **fields: Any) -> Event:
    return RelationsEstablished(parties=PAIR, when=when, **fields)


def severed(when: str, **fields: Any) -> Event:
    return RelationsSevered(parties=PAIR, when=when, **fields)


def restored(when: str) -> Event:
    return RelationsRestored(parties=PAIR, when=when)


def mission(when: str, level: MissionLevel = "embassy", **fields: Any) -> Event:
    return MissionOpened(sender="PAK", host="RUS", when=when, level=level, **fields)


def test_a_coherent_history_has_no_findings() -> None:
    history = (
        founded("1948-05-01"),
        mission("1949-12"),
        RelationsSuspended(parties=PAIR, when="1960"),
        MissionClosed(sender="PAK", host="RUS", when="1961-01-01"),
        severed("1961-02-01"),
        restored("1965"),
    )
    assert findings(*history) == ()


# Relations


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (severed("1971"), "ends-nothing"),
        (RelationsSuspended(parties=PAIR, when="1971"), "out-of-place"),
        (restored("1971"), "out-of-place"),
    ],
    ids=kind_of,
)
def test_what_was_never_established_cannot_be_broken_off_or_restored(
    broken: Event, kind: str
) -> None:
    [finding] = findings(broken)
    assert (finding.kind, finding.events) == (kind, (broken.id,))
    assert "1971" in finding.message


def test_relations_established_only_after_the_break_do_not_explain_it() -> None:
    assert kinds(severed("1971-04-01"), founded("1971-04-02")) == ["ends-nothing"]


@pytest.mark.parametrize("when", ["1971", "1971-04", "197X", "1971-04-01"])
def test_relations_that_may_have_been_established_before_the_break_explain_it(when: str) -> None:
    for on in ("1971-04-15", LATE):
        assert kinds(severed("1971-04-01"), founded(when), on=on) == []


def test_relations_established_twice_are_a_finding_with_the_source_of_the_second() -> None:
    first = founded("1948-05-01", sources=(Source("Dawn"),))
    two = founded("1949", sources=(Source("TASS"),))
    [finding] = findings(first, two)
    assert (finding.kind, finding.events) == ("begun-twice", (two.id,))
    assert finding.sources == (Source("TASS"),)


def test_relations_restored_that_were_never_broken_off_are_a_finding() -> None:
    assert kinds(founded("1948"), restored("1971")) == ["out-of-place"]


def test_relations_established_again_after_a_break_are_no_finding() -> None:
    assert kinds(founded("1948"), severed("1971"), founded("1976")) == []


# Missions


def test_a_mission_in_an_archive_that_is_silent_about_relations_is_none() -> None:
    assert kinds(mission("1948")) == []
    assert kinds(mission("1948"), founded("1949-05-01")) == []


@pytest.mark.parametrize("when", ["1948", "1948-05", "1948-05-01", "194X"])
def test_a_mission_that_may_have_opened_after_relations_began_is_none(when: str) -> None:
    assert kinds(mission(when), founded("1948-05-01"), on="1950-01-01") == []


def test_a_mission_is_explained_by_a_founding_that_may_have_happened() -> None:
    assert kinds(mission("1948-05-02"), founded("1948"), on="1948-06-01") == []


@pytest.mark.parametrize("level", ["consulate-general", "interests-section", "liaison-office"])
def test_some_missions_need_no_relations(level: MissionLevel) -> None:
    assert kinds(mission("1948", level)) == []
    assert kinds(founded("1948"), mission("1949", level), severed("1950")) == []


def test_a_mission_to_an_organisation_needs_no_relations() -> None:
    opened = MissionOpened(sender="PAK", host="eu", when="1962")
    assert given(opened).state("PAK", "eu", on=LATE).findings == ()


def test_a_mission_opened_while_relations_are_severed_is_a_finding() -> None:
    history = (founded("1948"), severed("1971-04-01"), mission("1972-01-01"))
    assert kinds(*history) == ["mission-without-relations"]


def test_a_mission_that_may_have_opened_after_relations_were_restored_is_none() -> None:
    history = (founded("1948"), severed("1971-04-01"), mission("1972-07-20"), restored("1972"))
    assert kinds(*history) == []
    assert kinds(*history, on="1972-08-01") == []


def test_a_mission_opened_before_relations_surely_were_restored_is_one_until_they_were() -> None:
    history = (
        founded("1948"),
        severed("1971-04-01"),
        mission("1972-07-20"),
        restored("1973-02-01"),
    )
    assert kinds(*history, on="1973-01-31") == ["mission-without-relations"]
    assert kinds(*history) == []


def test_a_mission_that_outlasts_relations_is_a_finding_until_it_closes() -> None:
    opened = mission("1949")
    closed = MissionClosed(sender="PAK", host="RUS", when="1971-05-01")
    broken = severed("1971-04-01")
    history = (founded("1948"), opened, broken, closed)
    assert kinds(*history, on="1971-03-31") == []
    [finding] = findings(*history, on="1971-04-01")
    assert (finding.kind, finding.events) == ("mission-without-relations", (opened.id, broken.id))
    assert kinds(*history, on="1971-05-01") == []


@pytest.mark.parametrize(
    "remedy",
    [
        MissionClosed(sender="PAK", host="RUS", when="1971"),
        MissionLevelChanged(sender="PAK", host="RUS", when="1971", level="interests-section"),
        restored("1971"),
    ],
    ids=kind_of,
)
def test_a_mission_that_may_have_been_put_right_by_then_is_none(remedy: Event) -> None:
    history = (founded("1948"), mission("1949"), severed("1971-04-01"))
    assert kinds(*history, remedy, on="1971-06-01") == []
    assert kinds(*history, on="1971-06-01") == ["mission-without-relations"]


# Meetings


def held(meeting: str, when: str, **fields: Any) -> Event:
    return MeetingHeld(meeting=meeting, parties=PAIR, when=when, **fields)


def cancelled(when: str, **fields: Any) -> Event:
    return MeetingCancelled(meeting="m", parties=PAIR, when=when, **fields)


PLANNED = MeetingScheduled(meeting="m", parties=PAIR, when="2022-05-01")


def test_a_meeting_that_was_cancelled_can_be_held_after_all() -> None:
    assert kinds(PLANNED, cancelled("2022-06-10"), held("m", "2022-06-20")) == []


def test_the_cancelling_of_a_meeting_that_nobody_announced_is_a_finding_with_its_source() -> None:
    off = cancelled("2022-06-10", sources=(Source("Dawn"),))
    [finding] = findings(off)
    assert (finding.kind, finding.events) == ("ends-nothing", (off.id,))
    assert finding.sources == (Source("Dawn"),)


def test_a_meeting_cancelled_after_it_was_held_is_a_finding() -> None:
    assert kinds(PLANNED, held("m", "2022-06-10"), cancelled("2022-06-20")) == ["ends-nothing"]


def test_a_meeting_both_held_and_cancelled_is_a_finding_in_whatever_order() -> None:
    assert len(kinds(held("m", "2022-06-10"), cancelled("2022"))) == 1
    assert len(kinds(held("m", "2022"), cancelled("2022-06-10"))) == 1


def moved(when: str) -> Event:
    return MeetingRescheduled(meeting="m", parties=PAIR, when=when, planned_for="2022-06-20")


@pytest.mark.parametrize("when", ["2022-05", "2022-06-09", "2022-06-15", "2022-06", "2022"])
def test_a_meeting_can_be_moved_before_and_after_it_is_cancelled(when: str) -> None:
    history = (PLANNED, cancelled("2022-06-10"), moved(when), held("m", "2022-06-20"))
    assert kinds(*history) == []
    assert kinds(*history, on="2022-06-21") == []


@pytest.mark.parametrize("when", ["2022-06-21", "2022-07"])
def test_a_meeting_that_is_moved_after_it_was_held_is_a_finding(when: str) -> None:
    [finding] = findings(PLANNED, held("m", "2022-06-20"), moved(when))
    assert (finding.kind, finding.events) == ("out-of-place", (moved(when).id,))


def test_a_meeting_surely_cancelled_only_after_it_was_held_is_a_finding_whenever_it_was_moved() -> (
    None
):
    off = cancelled("2022-06-20")
    [finding] = findings(PLANNED, held("m", "2022-06-10"), off, moved("2022"))
    assert (finding.kind, finding.events) == ("ends-nothing", (off.id,))


def test_a_meeting_announced_again_after_its_cancellation_may_be_held() -> None:
    again = MeetingScheduled(meeting="m", parties=PAIR, when="2022-06-15")
    assert kinds(PLANNED, cancelled("2022-06-10"), again, held("m", "2022-06-20")) == []


def test_a_meeting_moved_that_nobody_announced_is_a_finding() -> None:
    assert kinds(moved("2022-06-09")) == ["out-of-place"]


# Series


def round_held(number: int | None, when: str, **fields: Any) -> Event:
    return held(f"r{number}-{when}", when, series="bpc", round=number, **fields)


def test_rounds_in_order_and_without_gaps_are_no_finding() -> None:
    assert kinds(*(round_held(n, f"20{10 + n}") for n in (3, 4, 5))) == []


def test_a_missing_round_is_a_finding_between_those_around_it() -> None:
    first, last = round_held(1, "2011"), round_held(4, "2014")
    [finding] = findings(first, last)
    assert (finding.kind, finding.events) == ("round-missing", (first.id, last.id))
    assert "2, 3" in finding.message


def test_a_round_that_may_have_been_held_by_then_is_not_missing() -> None:
    history = (round_held(1, "2011"), round_held(2, "201X"), round_held(3, "2013"))
    assert kinds(*history, on="2014-01-01") == []


def test_a_round_held_before_an_earlier_one_is_a_finding_with_both_sources() -> None:
    two = round_held(2, "2013", sources=(Source("Dawn"),))
    three = round_held(3, "2012", sources=(Source("TASS"),))
    [finding] = findings(round_held(1, "2011"), two, three)
    assert (finding.kind, finding.events) == ("round-out-of-order", (two.id, three.id))
    assert finding.sources == (Source("Dawn"), Source("TASS"))


@pytest.mark.parametrize("when", ["2012", "2012-06", "201X", "2012-06-01"])
def test_a_round_that_may_have_come_in_its_turn_is_none(when: str) -> None:
    history = (round_held(1, "2011"), round_held(2, "2012-06-01"), round_held(3, when))
    assert kinds(*history, on="2020-01-01") == []


def test_an_imprecise_round_between_two_does_not_hide_their_order() -> None:
    history = (round_held(1, "2015"), round_held(2, "201X"), round_held(3, "2012"))
    assert kinds(*history) == ["round-out-of-order"]


def test_a_round_held_twice_is_a_finding() -> None:
    assert kinds(round_held(5, "2012"), round_held(5, "2013")) == ["round-repeated"]


def test_meetings_of_a_series_without_numbers_are_in_no_order() -> None:
    assert kinds(round_held(None, "2012"), round_held(None, "2011")) == []


# Deals

WAY: dict[str, Any] = {"deal": "urals", "buyer": "PAK", "seller": "RUS"}
ENDED = DealEnded(**WAY, when="2023-08", sources=(Source("Dawn"),))


def tonnes(amount: int) -> Quantity:
    return Quantity(Decimal(amount), "TNE")


def ordered(amount: int, when: str = "2023-01-01", **fields: Any) -> Event:
    return DealSigned(**WAY, when=when, quantity=tonnes(amount), **fields)


def delivered(amount: int, when: str, shipment: str = "s", **fields: Any) -> Event:
    return ShipmentDelivered(**WAY, shipment=shipment, when=when, quantity=tonnes(amount), **fields)


def test_a_shipment_after_its_deal_ended_is_a_finding_with_both_sources() -> None:
    late = delivered(1, "2023-09-01", sources=(Source("TASS"),))
    [finding] = findings(ordered(100), ENDED, late)
    assert (finding.kind, finding.events) == ("shipment-after-end", (late.id, ENDED.id))
    assert finding.sources == (Source("TASS"), Source("Dawn"))


@pytest.mark.parametrize(
    "when", ["2023-08-31", "2023-08-01", "2023-08", "2023", "[2023-08-31,2023-09-02]"]
)
def test_a_shipment_that_may_have_come_before_its_deal_ended_is_none(when: str) -> None:
    assert kinds(ordered(100, "2022-12-01"), ENDED, delivered(1, when)) == []


def test_the_end_of_a_deal_of_which_nothing_else_is_recorded_is_a_finding() -> None:
    assert kinds(ENDED) == ["ends-nothing"]


def test_shipments_beyond_the_quantity_are_a_finding_with_both_sources() -> None:
    order = ordered(100, sources=(Source("Dawn"),))
    second = delivered(41, "2023-03-01", "s2", sources=(Source("TASS"),))
    [finding] = findings(order, delivered(60, "2023-02-01"), second)
    assert (finding.kind, finding.events) == ("delivered-beyond-quantity", (second.id, order.id))
    assert finding.sources == (Source("TASS"), Source("Dawn"))
    assert "101 TNE" in finding.message


def test_shipments_of_exactly_the_quantity_are_none() -> None:
    assert kinds(ordered(100), delivered(60, "2023-02"), delivered(40, "2023-03", "s2")) == []


BARRELS = Quantity(Decimal(700), "BLL")


@pytest.mark.parametrize("amount", [BARRELS, None], ids=["another unit", "unknown"])
def test_a_shipment_that_cannot_be_measured_against_the_quantity_is_a_finding(
    amount: Quantity | None,
) -> None:
    order = ordered(100, sources=(Source("Dawn"),))
    cargo = ShipmentDelivered(
        **WAY, shipment="s", when="2023-02", quantity=amount, sources=(Source("TASS"),)
    )
    [finding] = findings(order, cargo)
    assert (finding.kind, finding.events) == ("amounts-incomparable", (cargo.id, order.id))
    assert finding.sources == (Source("TASS"), Source("Dawn"))
    assert kinds(cargo) == []  # nothing was ordered with which to compare it


def test_too_much_in_the_unit_of_the_order_is_a_finding_whatever_else_was_delivered() -> None:
    too_much = delivered(101, "2023-02-01")
    barrels = ShipmentDelivered(**WAY, shipment="b", when="2023-03-01", quantity=BARRELS)
    order = ordered(100)
    answer = {finding.kind: finding.events for finding in findings(order, too_much, barrels)}
    assert answer == {
        "amounts-incomparable": (barrels.id, order.id),
        "delivered-beyond-quantity": (too_much.id, order.id),
    }


def amended(amount: int, when: str) -> Event:
    return DealAmended(**WAY, when=when, quantity=tonnes(amount))


def test_an_amended_quantity_is_what_counts() -> None:
    assert kinds(ordered(100), delivered(120, "2023-02"), amended(150, "2023-01-15")) == []
    assert kinds(ordered(100), delivered(80, "2023-02"), amended(50, "2023-01-15")) == [
        "delivered-beyond-quantity"
    ]


def test_shipments_are_within_a_quantity_that_may_have_been_amended_by_then() -> None:
    history = (ordered(100), delivered(120, "2023-02-01"), amended(150, "2023"))
    assert kinds(*history, on="2023-06-01") == []
    assert kinds(*history[:2], on="2023-06-01") == ["delivered-beyond-quantity"]


def test_an_undetermined_amendment_that_is_too_small_does_not_prevent_the_finding() -> None:
    history = (ordered(100), delivered(120, "2023-02-01"), amended(110, "2023"))
    assert kinds(*history, on="2023-06-01") == ["delivered-beyond-quantity"]


# Anniversaries


def marked(years: int, when: str, of: str = "relations", **fields: Any) -> Event:
    return AnniversaryMarked(parties=PAIR, when=when, years=years, of=of, **fields)


@pytest.mark.parametrize(
    ("years", "when", "founding"),
    [
        (75, "2023-05-01", "1948-05-01"),
        (75, "2023-01-05", "1948-05-01"),  # a year's celebrations begin when they like
        (75, "2023-12-31", "1948-05-01"),
        (75, "2023-05-01", "1948/1949"),  # begun in 1948
        (75, "2023-05-01", "194X"),
        (80, "2023", "194X"),
        (75, "202X", "1948"),
    ],
)
def test_years_that_can_fit_are_no_finding(years: int, when: str, founding: str) -> None:
    assert kinds(founded(founding), marked(years, when), on="2030-01-01") == []


@pytest.mark.parametrize(
    ("years", "when", "founding"),
    [
        (70, "2023-05-01", "1948-05-01"),
        (76, "2023-05-01", "1948-05-01"),
        (85, "2023", "194X"),
        (73, "2023", "194X"),
        (74, "2023-05-01", "1948/1949"),
    ],
)
def test_years_that_do_not_fit_are_a_finding(years: int, when: str, founding: str) -> None:
    assert kinds(founded(founding), marked(years, when)) == ["anniversary-misfit"]


def test_a_misfit_is_told_with_both_sources_whatever_was_founded() -> None:
    signed = AgreementSigned(agreement="gas", parties=PAIR, when="2015", sources=(Source("Dawn"),))
    late = marked(5, "2021-10-16", of="gas", sources=(Source("TASS"),))
    [finding] = findings(signed, late)
    assert (finding.kind, finding.events) == ("anniversary-misfit", (late.id, signed.id))
    assert finding.sources == (Source("TASS"), Source("Dawn"))


@pytest.mark.parametrize(
    "founding",
    [
        held("gas", "2015-10-16"),
        DealSigned(deal="gas", buyer="PAK", seller="RUS", when="2015-10-16"),
    ],
    ids=kind_of,
)
def test_deals_and_meetings_are_founded_too(founding: Event) -> None:
    assert kinds(founding, marked(5, "2020-10-16", of="gas")) == []
    assert kinds(founding, marked(6, "2020-10-16", of="gas")) == ["anniversary-misfit"]


def test_an_anniversary_marked_before_the_founding_is_a_finding() -> None:
    assert kinds(founded("1953"), marked(5, "1948")) == ["anniversary-misfit"]


def test_an_anniversary_of_what_nobody_recorded_is_none() -> None:
    assert kinds(marked(5, "2020")) == []


def test_every_marking_is_held_against_the_founding_and_not_only_the_last() -> None:
    history = (founded("1948"), marked(71, "2018"), marked(75, "2023"))
    assert kinds(*history) == ["anniversary-misfit"]


# Rival accounts


def test_accounts_that_differ_are_a_finding_for_each_field_with_both_sources() -> None:
    dawn = delivered(45142, "2023-06-11", sources=(Source("Dawn", published="2023-06-12"),))
    tass = delivered(45000, "2023-06-12", sources=(Source("TASS"),))
    answer = {finding.field: finding for finding in findings(dawn, tass)}
    assert sorted(answer) == ["quantity", "when"]
    assert {finding.kind for finding in answer.values()} == {"accounts-differ"}
    assert answer["when"].events == (dawn.id, tass.id)
    assert answer["when"].message == (
        "shipment-delivered 'urals/s': when is 2023-06-11 by Dawn, 2023-06-12 by TASS"
    )
    assert answer["quantity"].sources == (dawn.sources[0], tass.sources[0])


def test_accounts_of_which_one_is_only_more_precise_are_none() -> None:
    assert kinds(held("m", "2023-06-20", venue="Islamabad"), held("m", "2023-06")) == []


def test_three_accounts_are_each_held_against_the_standing_one() -> None:
    accounts = (
        held("m", "2023-06-20", confidence=0.9),
        held("m", "2023-06-21", confidence=0.8),
        held("m", "2023-06-21", confidence=0.7, note="the third"),
    )
    answer = findings(*accounts)
    assert {f.events for f in answer} == {(accounts[0].id, a.id) for a in accounts[1:]}
    assert len(answer) == 2


def test_a_retracted_account_contradicts_nobody() -> None:
    engine = given(held("m", "2023-06-20"), held("m", "2023-06-21", confidence=0.5, id="wrong"))
    engine.retract("wrong", "a misprint")
    assert engine.state(*PAIR, on=LATE).findings == ()


# Strict


SWAPPED = DealAmended(deal="urals", buyer="RUS", seller="PAK", when="2023-02-01")
UNKNOWN = ShipmentDelivered(**WAY, shipment="s", when="2023-02-01")
TOO_EARLY = MeetingScheduled(meeting="m", parties=PAIR, when="2022-06-10", planned_for="2022-06-09")


@pytest.mark.parametrize(
    ("before", "event", "kind"),
    [
        ((), severed("1971"), "ends-nothing"),
        ((), restored("1971"), "out-of-place"),
        ((founded("1948"), severed("1971")), mission("1972"), "mission-without-relations"),
        ((founded("1948"),), founded("1949"), "begun-twice"),
        ((held("m", "2022-06-20"),), cancelled("2022-06-21"), "ends-nothing"),
        ((), StatementMade(by="RUS", parties=PAIR, when="1946"), "party-not-existing"),
        ((round_held(1, "2011"),), round_held(3, "2013"), "round-missing"),
        ((round_held(2, "2011"),), round_held(3, "2010"), "round-out-of-order"),
        ((ordered(9), ENDED), delivered(1, "2023-09-01"), "shipment-after-end"),
        ((ordered(10),), delivered(11, "2023-02-01"), "delivered-beyond-quantity"),
        ((ordered(10),), SWAPPED, "roles-swapped"),
        ((ordered(10),), UNKNOWN, "amounts-incomparable"),
        ((), TOO_EARLY, "planned-before-announced"),
        ((founded("1948"),), marked(70, "2023"), "anniversary-misfit"),
        ((held("m", "2023-06-20"),), held("m", "2023-06-21"), "accounts-differ"),
    ],
    ids=kind_of,
)
def test_a_strict_append_refuses_what_would_add_a_finding_and_writes_nothing(
    before: tuple[Event, ...], event: Event, kind: str
) -> None:
    engine = given(*before)
    log, state = list(engine.events()), engine.state(*PAIR, on=LATE)
    with pytest.raises(IncoherentHistory) as refusal:
        engine.append(event, strict=True)
    assert [finding.kind for finding in refusal.value.findings] == [kind]
    assert refusal.value.findings[0].message in str(refusal.value)
    assert list(engine.events()) == log
    assert engine.state(*PAIR, on=LATE) == state
    engine.append(event)
    assert engine.state(*PAIR, on=LATE).findings == refusal.value.findings


def test_a_strict_append_takes_what_adds_none_even_where_some_are_already() -> None:
    engine = given(severed("1971"))
    engine.append(restored("1976"), strict=True)
    assert engine.state(*PAIR, on=LATE).relations.status == "established"


def test_a_strict_append_may_mend_what_was_incoherent() -> None:
    engine = given(severed("1971"))
    engine.append(founded("1948"), strict=True)
    assert engine.state(*PAIR, on=LATE).findings == ()


def test_a_strict_batch_is_judged_as_a_whole() -> None:
    engine = given()
    engine.append(severed("1971"), founded("1948"), strict=True)
    assert len(list(engine.events())) == 2


def test_a_strict_append_looks_into_the_future_too() -> None:
    engine = given(founded("2090-01-01"))
    with pytest.raises(IncoherentHistory):
        engine.append(founded("2091-01-01"), strict=True)


def test_a_strict_append_of_several_parties_is_judged_on_every_pair() -> None:
    engine = given(held("m", "2023-06-20"))
    meeting = MeetingCancelled(meeting="m", parties=("CHN", *PAIR), when="2023-07-01")
    with pytest.raises(IncoherentHistory, match="cancelled"):
        engine.append(meeting, strict=True)


def test_a_strict_append_to_a_continued_state_is_judged_with_its_heirs() -> None:
    engine = given(held("m", "1991-06-20"))
    meeting = MeetingCancelled(meeting="m", parties=("PAK", "SUN"), when="1991-07-01")
    with pytest.raises(IncoherentHistory, match="cancelled"):
        engine.append(meeting, strict=True)
