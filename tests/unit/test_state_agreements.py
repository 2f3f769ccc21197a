"""Agreements in the state: signed is not in force, nor is provisionally applied."""

from __future__ import annotations

from typing import Any

import pytest

from comity import (
    AgreementAmended,
    AgreementDenounced,
    AgreementInForce,
    AgreementProvisionallyApplied,
    AgreementRatified,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    Event,
)
from comity.projections.sections.agreement import Agreement
from tests.unit.given import PAIR, given

TOLD: dict[str, Any] = {"agreement": "gas", "parties": PAIR}
SIGNED = AgreementSigned(**TOLD, when="2015-10-16", title="North–South")
PROVISIONAL = AgreementProvisionallyApplied(**TOLD, when="2016-01-01")
IN_FORCE = AgreementInForce(**TOLD, when="2017-03-01", expires="2027-02-28")
DENOUNCED = AgreementDenounced(**TOLD, by="PAK", when="2021-01-01", effective="2021-07-01")


def agreements(*events: Event, on: str = "2023-06-20") -> dict[str, list[Agreement]]:
    answer = given(*events).state(*PAIR, on=on).agreements
    return {status: list(those) for status, those in answer.items()}


def statuses(*events: Event, on: str = "2023-06-20") -> list[str]:
    return list(agreements(*events, on=on))


@pytest.mark.parametrize(
    ("on", "status", "since"),
    [
        ("2015-10-16", "signed", "2015-10-16"),
        ("2016-01-01", "provisionally-applied", "2016-01-01"),
        ("2017-03-01", "in-force", "2017-03-01"),
    ],
)
def test_an_agreement_is_signed_then_applied_provisionally_then_in_force(
    on: str, status: str, since: str
) -> None:
    [(item, [agreement])] = agreements(SIGNED, PROVISIONAL, IN_FORCE, on=on).items()
    assert (item, agreement.status, agreement.since) == (status, status, since)
    assert (agreement.signed, agreement.title) == ("2015-10-16", "North–South")


def test_before_it_is_signed_there_is_no_agreement() -> None:
    assert agreements(SIGNED, on="2015-10-15") == {}


def test_an_agreement_is_ratified_when_all_have_ratified_it() -> None:
    one = AgreementRatified(**TOLD, by="RUS", when="2016-05-05")
    [agreement] = agreements(SIGNED, one)["signed"]
    assert (agreement.ratified, agreement.since) == ({"RUS": "2016-05-05"}, "2015-10-16")
    other = AgreementRatified(**TOLD, by="PAK", when="2016-07-07")
    [agreement] = agreements(SIGNED, one, other)["ratified"]
    assert agreement.ratified == {"PAK": "2016-07-07", "RUS": "2016-05-05"}
    assert agreement.since == "2016-07-07"


def test_ratified_by_a_continued_state_is_ratified_by_its_heir() -> None:
    fields: dict[str, Any] = {"agreement": "trade", "parties": ("PAK", "SUN")}
    history = (
        AgreementSigned(**fields, when="1956"),
        AgreementRatified(**fields, by="SUN", when="1957"),
    )
    [agreement] = agreements(*history)["signed"]
    assert agreement.ratified == {"RUS": "1957"}


def test_a_signature_of_a_later_imprecise_date_does_not_undo_being_in_force() -> None:
    signed = AgreementSigned(**TOLD, when="2017")
    [agreement] = agreements(signed, IN_FORCE)["in-force"]
    assert agreement.signed == "2017"


def test_amending_changes_title_and_term_and_no_status() -> None:
    amended = AgreementAmended(
        **TOLD, when="2021-05-28", title="Pakistan Stream", expires="2047", amendment="renamed"
    )
    [agreement] = agreements(SIGNED, IN_FORCE, amended)["in-force"]
    assert (agreement.title, agreement.expires) == ("Pakistan Stream", "2047")


def test_a_suspended_agreement_is_suspended_and_can_come_into_force_again() -> None:
    suspended = AgreementSuspended(**TOLD, when="2019-02-02")
    again = AgreementInForce(**TOLD, when="2020-01-01", happening="again")
    assert statuses(SIGNED, IN_FORCE, suspended, again, on="2019-12-31") == ["suspended"]
    assert statuses(SIGNED, IN_FORCE, suspended, again, on="2020-01-01") == ["in-force"]


def test_a_denounced_agreement_lasts_until_the_notice_has_run() -> None:
    history = (SIGNED, IN_FORCE, DENOUNCED)
    assert statuses(*history, on="2020-12-31") == ["in-force"]
    [agreement] = agreements(*history, on="2021-06-30")["denounced"]
    assert agreement.denounced == {"PAK": "2021-07-01"}
    assert agreements(*history, on="2021-07-01") == {}


def test_a_denunciation_without_a_day_takes_effect_on_its_own() -> None:
    notice = AgreementDenounced(**TOLD, by="PAK", when="2021-01-01")
    for before in (SIGNED, IN_FORCE):
        assert statuses(before, notice, on="2020-12-31") != []
        assert statuses(before, notice, on="2021-01-01") == []


def test_a_notice_to_an_imprecise_day_has_run_when_it_surely_has() -> None:
    notice = AgreementDenounced(**TOLD, by="PAK", when="2021-01-01", effective="2021-07")
    assert statuses(IN_FORCE, notice, on="2021-07-30") == ["denounced"]
    assert statuses(IN_FORCE, notice, on="2021-07-31") == []


def test_a_signatory_that_will_leave_is_one_until_its_notice_has_run() -> None:
    assert statuses(SIGNED, DENOUNCED, on="2021-06-30") == ["signed"]
    assert statuses(SIGNED, DENOUNCED, on="2021-07-01") == []


def test_an_agreement_is_in_force_through_the_last_day_of_its_term() -> None:
    assert statuses(SIGNED, IN_FORCE, on="2027-02-28") == ["in-force"]
    assert statuses(SIGNED, IN_FORCE, on="2027-03-01") == []


def test_a_term_told_by_the_year_runs_to_its_end() -> None:
    in_force = AgreementInForce(**TOLD, when="2017", expires="2026")
    assert statuses(in_force, on="2026-12-31") == ["in-force"]
    assert statuses(in_force, on="2027-01-01") == []


def test_a_terminated_agreement_is_in_the_state_no_longer() -> None:
    ended = AgreementTerminated(**TOLD, when="2022-02-02")
    assert statuses(SIGNED, IN_FORCE, ended, on="2022-02-01") == ["in-force"]
    assert statuses(SIGNED, IN_FORCE, ended, on="2022-02-02") == []


def test_agreements_stand_by_status_and_within_it_by_name() -> None:
    def signed(name: str) -> Event:
        return AgreementSigned(agreement=name, parties=PAIR, when="2020")

    answer = agreements(signed("visa"), IN_FORCE, signed("air"))
    assert {status: [a.agreement for a in those] for status, those in answer.items()} == {
        "in-force": ["gas"],
        "signed": ["air", "visa"],
    }
