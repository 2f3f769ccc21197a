"""Agreements across relationships: their standing, and when they end."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import pytest

from comity import (
    AgreementAmended,
    AgreementDenounced,
    AgreementInForce,
    AgreementProvisionallyApplied,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    Event,
    InvalidValue,
)
from comity.projections.views.agreements import STANDINGS, AgreementStanding
from tests.unit.given import PAIR, given

ON = "2023-06-20"
TOLD: dict[str, Any] = {"agreement": "gas", "parties": PAIR}
SIGNED = AgreementSigned(**TOLD, when="2015-10-16", title="North–South")


def in_force(expires: str = "", **fields: Any) -> AgreementInForce:
    return AgreementInForce(**{**TOLD, **fields}, when="2017-03-01", expires=expires)


def denounced(effective: str = "", by: str = "PAK", **fields: Any) -> AgreementDenounced:
    return AgreementDenounced(**TOLD, by=by, when="2021-01-01", effective=effective, **fields)


def standing(*events: Event, on: str = ON, **options: Any) -> list[tuple[str, str]]:
    """The standing of each agreement, and when it ends."""
    agreements = given(*events).agreements(*PAIR, on=on, **options)
    return [(agreement.standing, agreement.ends) for agreement in agreements]


def test_nothing_recorded_is_nothing_answered() -> None:
    assert given().agreements() == given().agreements(*PAIR) == given().agreements("PAK") == ()


def test_an_agreement_is_that_of_the_state_with_its_relationship() -> None:
    engine = given(SIGNED, in_force("2027-02-28"))
    [agreement] = engine.agreements(on=ON)
    [of_state] = engine.state(*PAIR, on=ON).agreements["in-force"]
    assert msgspec.structs.asdict(agreement) == {
        **msgspec.structs.asdict(of_state),
        "relationship": "PAK-RUS",
        "ends": "2027-02-28",
        "standing": "in-force",
    }


def test_every_pair_one_partys_pairs_or_one_relationship_is_answered_in_order() -> None:
    def signed(agreement: str, *parties: str) -> Event:
        return AgreementSigned(agreement=agreement, parties=parties, when="2020")

    engine = given(
        signed("visa", "PAK", "RUS"),
        signed("air", "PAK", "SUN"),
        signed("transit", "AFG", "PAK", "UZB"),
    )

    def listed(*parties: str) -> list[str]:
        return [
            f"{agreement.relationship} {agreement.agreement}"
            for agreement in engine.agreements(*parties)
        ]

    transit = "AFG-PAK-UZB transit"  # once, with the parties that it binds
    assert listed() == [transit, "PAK-RUS visa"]  # no SUN in 2020
    assert listed("UZB") == [transit]
    assert listed("UZB", "PAK") == listed("PAK-UZB") == ["PAK-UZB transit"]
    assert listed("AFG", "PAK", "UZB") == [transit]


def test_who_ratified_and_denounced_is_called_by_the_newest_name() -> None:
    fields: dict[str, Any] = {"agreement": "trade", "parties": ("PAK", "SUN")}
    in_force = AgreementInForce(**fields, when="1956")
    notice = AgreementDenounced(**fields, by="SUN", when="1980", effective="2030")
    [agreement] = given(in_force, notice).agreements(on=ON)
    assert (agreement.relationship, agreement.denounced, agreement.ends) == (
        "PAK-RUS",
        {"RUS": "2030"},
        "2030-01-01",
    )


# How it stands


def test_an_agreement_stands_as_its_newest_step_left_it() -> None:
    provisional = AgreementProvisionallyApplied(**TOLD, when="2016-01-01")
    suspended = AgreementSuspended(**TOLD, when="2019-02-02")
    in_notice = denounced("2031"), denounced("2032", by="RUS")
    history: list[Event] = [SIGNED, provisional, in_force(), suspended, *in_notice]
    ended = AgreementTerminated(**TOLD, when="2022")
    standings = [standing(*history[:n]) for n in range(1, 7)]
    assert standings == [
        [("signed", "")],
        [("provisionally-applied", "")],
        [("in-force", "")],
        [("suspended", "")],
        [("suspended", "2031-01-01")],  # for the other party, as long as both stay
        [("in-notice", "2031-01-01")],
    ]
    assert standing(*history, ended) == []


def test_a_term_that_ends_within_a_year_makes_it_expiring() -> None:
    """365 days after 20 June 2023 is 19 June 2024: the year has a 29 February."""
    assert standing(in_force("2024-06-19")) == [("expiring", "2024-06-19")]
    assert standing(in_force("2024-06-20")) == [("in-force", "2024-06-20")]
    assert standing(in_force("2024-06-20"), within=366) == [("expiring", "2024-06-20")]


def test_within_no_days_only_what_ends_on_the_day_is_expiring() -> None:
    assert standing(in_force(ON), within=0) == [("expiring", ON)]
    assert standing(in_force("2023-06-21"), within=0) == [("in-force", "2023-06-21")]
    assert standing(in_force("2023-06-19"), within=0) == []


def test_what_is_applied_provisionally_expires_too_and_what_is_not_applied_does_not() -> None:
    soon: dict[str, Any] = {"expires": "2023-07-01"}
    provisional = AgreementProvisionallyApplied(**TOLD, when="2016", **soon)
    suspended = AgreementSuspended(**TOLD, when="2019", **soon)
    signed = AgreementSigned(**TOLD, when="2015", **soon)
    notice = denounced("2031", **soon)
    assert standing(provisional) == [("expiring", "2023-07-01")]
    assert standing(in_force(), suspended) == [("suspended", "2023-07-01")]
    assert standing(signed) == [("signed", "2023-07-01")]
    assert standing(in_force(), notice) == [("in-notice", "2023-07-01")]


def test_a_prolonged_agreement_expires_no_longer() -> None:
    history = (in_force("2023-07-01"), AgreementAmended(**TOLD, when="2023-01-01", expires="2047"))
    assert standing(*history, on="2022-12-31") == [("expiring", "2023-07-01")]
    assert standing(*history) == [("in-force", "2047-01-01")]


def test_by_status_those_that_stand_so_are_told_and_no_others() -> None:
    events = (
        in_force(),
        in_force("2023-12-31", agreement="visa"),
        AgreementSigned(agreement="air", parties=PAIR, when="2020"),
    )

    def named(status: AgreementStanding | Literal[""]) -> list[str]:
        agreements = given(*events).agreements(on=ON, status=status)
        return [agreement.agreement for agreement in agreements]

    assert {status: named(status) for status in STANDINGS} == {
        "in-force": ["gas"],
        "signed": ["air"],
        "ratified": [],
        "provisionally-applied": [],
        "suspended": [],
        "in-notice": [],
        "expiring": ["visa"],
    }
    assert named("") == ["air", "gas", "visa"]


def test_an_unknown_status_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InvalidValue, match="in-force, signed, ratified, provisionally-applied"):
        given().agreements(status="denounced")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("within", [-1, 1.5, True, "365"])
def test_days_that_are_no_number_of_days_are_refused(within: Any) -> None:
    with pytest.raises(InvalidValue, match="within"):
        given().agreements(within=within)


# When it ends


def test_a_notice_that_has_run_ended_it_and_one_that_has_not_says_when() -> None:
    assert standing(in_force(), denounced("2023-06-21")) == [("in-notice", "2023-06-21")]
    assert standing(in_force(), denounced(ON)) == []
    assert standing(in_force(), denounced()) == []  # without a day, on its own day


def test_the_first_of_several_ends_is_told() -> None:
    ways = in_force("2027"), denounced("2025-05-05"), denounced("2026", by="RUS")
    assert standing(*ways) == [("in-notice", "2025-05-05")]
    assert standing(in_force("2024-02-29"), denounced("2025")) == [("in-notice", "2024-02-29")]


def test_a_notice_that_was_overtaken_ends_nothing() -> None:
    again = AgreementInForce(**TOLD, when="2022", happening="again")
    assert standing(in_force(), denounced("2023-06-21"), again) == [("in-force", "")]


def test_an_end_of_an_imprecise_date_is_told_by_the_first_day_that_it_can_be() -> None:
    """On 20 June 2023 a term until some day of 2023 may have run out, and surely is not over."""
    assert standing(in_force("2023")) == [("expiring", "2023-01-01")]
    assert standing(in_force("203X")) == [("in-force", "2030-01-01")]
    assert standing(in_force("2025-02/2025-03")) == [("in-force", "2025-02-01")]
    assert standing(in_force(), denounced("2024-02")) == [("in-notice", "2024-02-01")]


def test_an_end_of_which_only_the_last_day_is_known_is_told_by_that() -> None:
    assert standing(in_force("../2025")) == [("in-force", "2025-12-31")]
    assert standing(in_force("2025/..")) == [("in-force", "2025-01-01")]
    assert standing(in_force("../..")) == [("in-force", "")]


def test_the_first_and_the_last_day_of_the_calendar_can_be_ends() -> None:
    assert standing(in_force("9999-12-31"), on="9999-12-31") == [("expiring", "9999-12-31")]
    first = AgreementInForce(**TOLD, when="0001-01-01", expires="0001-01-01")
    assert standing(first, on="0001-01-01") == [("expiring", "0001-01-01")]
    assert standing(first, on="0001-01-02") == []


# What is known


def test_an_agreement_that_may_be_in_force_counts_only_as_possible() -> None:
    history = (SIGNED, AgreementInForce(**TOLD, when="2023"))
    assert standing(*history) == [("signed", "")]
    assert standing(*history, certainty="possible") == [("in-force", "")]


def test_what_was_corrected_is_answered_as_it_was_known() -> None:
    engine = given(in_force("2023-07-01"))
    [first] = engine.events()
    engine.correct(first.event.id, in_force("2032-07-01"), "a slip")

    def ends(known_at: int | None) -> list[str]:
        return [agreement.ends for agreement in engine.agreements(on=ON, known_at=known_at)]

    assert (ends(0), ends(1), ends(None)) == ([], ["2023-07-01"], ["2032-07-01"])


def test_of_rival_accounts_the_one_that_stands_is_told() -> None:
    rivals = [
        AgreementInForce(**TOLD, when="2017", happening="h", expires="2030", confidence=0.5),
        AgreementInForce(**TOLD, when="2017", happening="h", expires="2040", confidence=0.9),
    ]
    assert standing(*rivals) == [("in-force", "2040-01-01")]
