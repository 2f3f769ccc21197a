"""The oracle of lives answers what the design and its issues say in so many words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from comity.domain.events import (
    AgreementAcceded,
    AgreementAmended,
    AgreementDenounced,
    AgreementInForce,
    AgreementProvisionallyApplied,
    AgreementRatified,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    AlignmentRecorded,
    CredentialsPresented,
    DenunciationWithdrawn,
    EnvoyAppointed,
    EnvoyArrived,
    EnvoyDeparted,
    Event,
    MeasureExtended,
    MeasureImposed,
    MeasureLifted,
    MeetingHeld,
    MissionClosed,
    MissionLevelChanged,
    MissionMoved,
    MissionOpened,
    RatificationWithdrawn,
    RecognitionExtended,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
    StatementMade,
)
from tests.oracle_lives import settled
from tests.oracle_statuses import statuses

PAIR = ("PAK", "RUS")


def on(day: str, *events: Event, parties: tuple[str, ...] = PAIR, **options: Any) -> dict[str, Any]:
    return statuses(events, parties, date.fromisoformat(day), **options)


def found(*events: Event, parties: tuple[str, ...] = PAIR) -> list[str]:
    return sorted(finding.kind for finding in settled(events, parties).findings)


def established(when: str) -> Event:
    return RelationsEstablished(parties=PAIR, when=when)


def severed(when: str) -> Event:
    return RelationsSevered(parties=PAIR, when=when)


def restored(when: str) -> Event:
    return RelationsRestored(parties=PAIR, when=when)


def imposed(when: str, **fields: Any) -> Event:
    return MeasureImposed(measure="m", by="RUS", on="PAK", when=when, **fields)


def lifted(when: str) -> Event:
    return MeasureLifted(measure="m", by="RUS", on="PAK", when=when)


def extended(when: str, **fields: Any) -> Event:
    return MeasureExtended(measure="m", by="RUS", on="PAK", when=when, **fields)


def opened(when: str, **fields: Any) -> Event:
    return MissionOpened(sender="PAK", host="RUS", when=when, **fields)


def closed(when: str, **fields: Any) -> Event:
    return MissionClosed(sender="PAK", host="RUS", when=when, **fields)


def in_force(when: str, *parties: str, **fields: Any) -> Event:
    return AgreementInForce(agreement="a", parties=parties or PAIR, when=when, **fields)


def places(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(mission["level"], mission["city"]) for mission in answer["missions"]]


# Order and narrowed bounds: the page's own sentences


def test_imposed_198x_and_lifted_1985_is_not_in_force_in_1990_nor_undetermined_in_1986() -> None:
    history = imposed("198X"), lifted("1985")
    assert on("1990-01-01", *history)["measures"] == {}
    assert on("1986-01-01", *history)["undetermined"] == []
    assert found(*history) == []


def test_established_1961_and_severed_on_6_september_1961_is_severed() -> None:
    history = severed("1961-09-06"), established("1961")
    assert on("1970-01-01", *history)["relations"]["status"] == "severed"


@pytest.mark.parametrize("again", ["1979-11", "1979"])
def test_severed_and_restored_in_one_year_is_restored_where_relations_stood(again: str) -> None:
    history = established("1961"), severed("1979"), restored(again)
    assert on("2000-01-01", *history)["relations"]["status"] == "established"
    assert found(*history) == []


def test_signed_in_the_year_of_entry_into_force_is_signed_before_it() -> None:
    signed = AgreementSigned(agreement="a", parties=PAIR, when="2017", id="signed")
    timeline = settled([in_force("2017-09-21"), signed], PAIR)
    assert timeline.bounds["signed"].latest.date() == date(2017, 9, 21)


def test_of_two_statements_of_one_day_with_their_times_the_later_is_last() -> None:
    def said(clock: str, id: str) -> Event:
        return StatementMade(by="PAK", parties=PAIR, when=f"2023-06-20T{clock}Z", id=id)

    answer = on("2023-06-21", said("18:00:00", "a"), said("09:00:00", "b"))
    assert answer["last"]["statement", "PAK"] == "a"


def test_an_embassy_that_opens_on_the_day_on_which_the_liaison_office_closes_is_open() -> None:
    history = (
        opened("1973-05-01", level="liaison-office"),
        closed("1979-03-01", level="liaison-office"),
        opened("1979-03-01", level="embassy"),
    )
    assert places(on("1979-03-02", *history)) == [("embassy", "")]
    assert found(*history) == []


def test_two_events_that_fit_either_way_round_leave_the_order_unknown() -> None:
    def stood(alignment: Any, when: str) -> Event:
        return AlignmentRecorded(parties=PAIR, matter="war", alignment=alignment, when=when)

    assert found(stood("opposed", "198X"), stood("aligned", "1985")) == ["order-unknown"]
    assert found(stood("opposed", "1984"), stood("aligned", "1985")) == []


# Ends


def test_a_measure_told_with_an_interval_holds_through_its_last_day() -> None:
    measure = imposed("2014/2016-03-31")
    assert list(on("2016-03-31", measure)["measures"]) == [("m", "RUS")]
    assert on("2016-04-01", measure)["measures"] == {}


def test_an_alignment_told_with_an_interval_ends() -> None:
    war = AlignmentRecorded(parties=PAIR, matter="war", alignment="opposed", when="1979-12/1989-02")
    assert "war" in on("1989-02-28", war)["alignments"]
    assert on("1991-01-01", war)["alignments"] == {}


def test_a_suspension_told_with_an_interval_ends_in_what_was_before() -> None:
    pause = RelationsSuspended(parties=PAIR, when="1990/1991")
    history = established("1948"), pause
    assert on("1991-06-01", *history)["relations"]["status"] == "suspended"
    assert on("1992-01-01", *history)["relations"]["status"] == "established"


def test_an_extension_replaces_an_end_and_without_one_leaves_it_open() -> None:
    first = imposed("2014-07-31", expires="2015-07-31")
    longer = extended("2015-06-22", expires="2016-01-31")
    assert ("m", "RUS") in on("2015-12-01", first, longer)["measures"]
    assert on("2016-02-01", first, longer)["measures"] == {}
    assert ("m", "RUS") in on("2030-01-01", first, extended("2015-06-22"))["measures"]


def test_an_end_told_in_advance_is_void_once_the_measure_was_lifted() -> None:
    history = imposed("2014/2020"), lifted("2015-01-01"), imposed("2016-01-01")
    assert ("m", "RUS") in on("2021-06-01", *history)["measures"]
    assert found(*history) == []


def test_an_end_comes_before_what_would_be_incoherent_without_it() -> None:
    history = imposed("2014/2016"), imposed("2016")
    assert found(*history) == []
    assert on("2018-01-01", *history)["measures"] == {("m", "RUS"): "2016"}


def test_a_denunciation_before_its_effect_takes_effect_with_the_notice() -> None:
    notice = AgreementDenounced(
        agreement="a", parties=PAIR, by="RUS", when="2019-02-02", effective="2018-02-02"
    )
    assert found(in_force("2000"), notice) == ["dates-contradict"]
    assert on("2019-02-02", in_force("2000"), notice)["agreements"]["a"]["status"] == "ended"


def test_a_suspension_voids_no_notice() -> None:
    notice = AgreementDenounced(
        agreement="a", parties=PAIR, by="RUS", when="2019-01-01", effective="2020-01-01"
    )
    pause = AgreementSuspended(agreement="a", parties=PAIR, by="RUS", when="2019-06-01")
    history = in_force("2000"), notice, pause
    assert on("2019-03-01", *history)["agreements"]["a"]["status"] == "leaving"
    assert on("2019-07-01", *history)["agreements"]["a"]["status"] == "suspended"
    assert on("2020-01-01", *history)["agreements"]["a"]["status"] == "ended"


# One party's act


ROME = (
    AgreementInForce(agreement="rome", parties=("DEU", "FRA", "PHL"), when="2002-07-01"),
    AgreementDenounced(
        agreement="rome", parties=("DEU", "PHL"), by="PHL", when="2018-03-17",
        effective="2019-03-17",
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("parties", "status"), [("DEU FRA", "in force"), ("DEU PHL", "ended"), ("FRA PHL", "ended")]
)
def test_one_party_leaves_an_agreement_of_three(parties: str, status: str) -> None:
    pair = tuple(parties.split())
    assert on("2020-01-01", *ROME, parties=pair)["agreements"]["rome"]["status"] == status
    assert found(*ROME, parties=pair) == []


def test_the_suspension_by_a_third_party_moves_only_that_party() -> None:
    three = ("CHN", "PAK", "RUS")
    pause = AgreementSuspended(agreement="a", parties=three, by="CHN", when="2010")
    history = in_force("2000", *three), pause
    assert on("2020-01-01", *history)["agreements"]["a"]["status"] == "in force"
    chn = on("2020-01-01", *history, parties=("CHN", "PAK"))
    assert chn["agreements"]["a"]["status"] == "suspended"


NATO = (
    AgreementInForce(agreement="nato", parties=("GBR", "USA"), when="1949-08-24"),
    AgreementAcceded(
        agreement="nato", parties=("FIN", "GBR", "USA"), by="FIN", when="2023-04-04"
    ),
)  # fmt: skip


@pytest.mark.parametrize("parties", [("GBR", "USA"), ("FIN", "USA"), ("FIN", "GBR")])
@pytest.mark.parametrize("again", [False, True])
def test_an_accession_leaves_the_others_since_when_they_were(
    parties: tuple[str, ...], again: bool
) -> None:
    enter = AgreementInForce(agreement="nato", parties=("FIN", "GBR", "USA"), when="2023-04-04")
    answer = on("2024-01-01", NATO[0], enter if again else NATO[1], parties=parties)
    nato = answer["agreements"]["nato"]
    since = "2023-04-04" if "FIN" in parties else "1949-08-24"
    assert (nato["status"], nato["since"]) == ("in force", since)


def test_an_entry_into_force_of_the_same_parties_resumes_what_one_suspended() -> None:
    pair = ("SYR", "eu")
    history = (
        in_force("1978-11-01", *pair),
        AgreementSuspended(agreement="a", parties=pair, by="eu", when="2011-09-02"),
        in_force("2025-05-28", *pair),
    )
    days = ("2000-01-01", "2012-01-01", "2025-06-01")
    shown = [on(day, *history, parties=pair)["agreements"]["a"]["status"] for day in days]
    assert shown == ["in force", "suspended", "in force"]


def test_a_withdrawn_ratification_leaves_the_party_a_signatory() -> None:
    def act(kind: Callable[..., Event], when: str) -> Event:
        return kind(agreement="a", parties=PAIR, by="RUS", when=when)

    history = (
        AgreementSigned(agreement="a", parties=PAIR, when="1996-09-24"),
        act(AgreementRatified, "2000-06-30"),
        act(RatificationWithdrawn, "2023-11-02"),
    )
    assert on("2024-01-01", *history)["agreements"]["a"]["lives"]["RUS"][0] == "signed"
    assert found(*history) == []


def test_a_withdrawn_denunciation_leaves_the_agreement_in_force_throughout() -> None:
    notice = AgreementDenounced(
        agreement="a", parties=PAIR, by="RUS", when="2016-11-10", effective="2017-11-10"
    )
    back = DenunciationWithdrawn(agreement="a", parties=PAIR, by="RUS", when="2017-02-10")
    answer = on("2018-01-01", in_force("2002-09-01"), notice, back)["agreements"]["a"]
    assert (answer["status"], answer["since"]) == ("in force", "2002-09-01")


def test_provisional_application_yields_to_entry_into_force_in_the_same_year() -> None:
    first = AgreementProvisionallyApplied(agreement="a", parties=PAIR, when="2017")
    answer = on("2019-01-01", in_force("2017-09-21"), first)
    assert answer["agreements"]["a"]["status"] == "in force"


def test_an_agreement_expires_unless_an_amendment_told_a_later_day() -> None:
    first = in_force("2011-02-05", expires="2021-02-05")
    longer = AgreementAmended(agreement="a", parties=PAIR, when="2021-02-03", expires="2026-02-05")
    assert on("2021-02-05", first)["agreements"]["a"]["status"] == "in force"
    assert on("2021-02-06", first)["agreements"]["a"]["status"] == "ended"
    assert on("2021-02-06", first, longer)["agreements"]["a"]["status"] == "in force"


def test_a_termination_on_the_day_of_a_notice_s_effect_is_coherent() -> None:
    notice = AgreementDenounced(
        agreement="a", parties=PAIR, by="RUS", when="2019-02-02", effective="2019-08-02"
    )
    ended = AgreementTerminated(agreement="a", parties=PAIR, when="2019-08-02")
    assert found(in_force("1988-06-01"), notice, ended) == []


# Missions and posts


def test_a_closing_names_what_it_closes_as_far_as_needed() -> None:
    one = opened("1972", level="consulate-general", city="Saint Petersburg")
    other = closed("2018-03-31", level="consulate-general", city="St. Petersburg")
    assert places(on("2020-01-01", one, other)) == [("consulate-general", "Saint Petersburg")]
    assert found(one, other) == ["ends-nothing"]
    unnamed = closed("2018-03-31", level="consulate-general")
    assert places(on("2020-01-01", one, unnamed)) == []
    two = opened("1973", level="consulate-general", city="Vladivostok")
    assert found(one, two, unnamed) == ["ambiguous"]


def test_missions_are_told_apart_by_city() -> None:
    pair = ("PAK", "un")

    def at(kind: Callable[..., Event], city: str, when: str) -> Event:
        return kind(sender="PAK", host="un", city=city, when=when)

    history = (
        at(MissionOpened, "New York", "1947"),
        at(MissionOpened, "Geneva", "1955"),
        at(MissionClosed, "GENEVA", "2024-02-01"),
    )
    assert places(on("2024-03-01", *history, parties=pair)) == [("embassy", "New York")]


def test_a_change_to_a_diplomatic_level_means_the_diplomatic_mission() -> None:
    history = (
        opened("1950", level="legation", city="Moscow"),
        opened("1951", level="consulate", city="Kazan"),
        MissionLevelChanged(sender="PAK", host="RUS", level="embassy", when="1960"),
        MissionMoved(sender="PAK", host="RUS", level="embassy", city="Tver", when="1970"),
    )
    assert places(on("1971-01-01", *history)) == [("consulate", "Kazan"), ("embassy", "Tver")]


def envoy(kind: Callable[..., Event], name: str, when: str, **fields: Any) -> Event:
    return kind(sender="PAK", host="RUS", name=name, when=when, **fields)


def test_who_was_only_named_is_designate_while_another_is_in_post() -> None:
    history = (
        opened("1948"),
        envoy(CredentialsPresented, "A", "2015-11-16"),
        envoy(EnvoyAppointed, "B", "2018-03-01"),
        envoy(EnvoyDeparted, "A", "2018-08-28"),
    )
    [before] = on("2018-05-01", *history)["missions"]
    [after] = on("2018-09-15", *history)["missions"]
    assert (before["head"], before["designate"]) == ("A", ("B",))
    assert (after["head"], after["post"]) == ("", "vacant")


def test_nobody_recorded_is_not_known_and_ad_interim_is_never_head() -> None:
    assert on("2000-01-01", opened("1948"))["missions"][0]["post"] == "not known"
    acting = envoy(EnvoyArrived, "C", "1999", ad_interim=True)
    [mission] = on("2000-01-01", opened("1948"), acting)["missions"]
    assert (mission["post"], mission["head"], mission["acting"]) == ("vacant", "", "C")


def test_a_name_told_otherwise_is_a_finding() -> None:
    history = envoy(EnvoyAppointed, "A. Khan", "2000"), envoy(EnvoyDeparted, "Amb. A. Khan", "2001")
    assert found(*history) == ["ends-nothing"]


def test_names_are_compared_by_case_folded_nfc() -> None:
    history = envoy(EnvoyAppointed, "Itt\u00e9", "2000"), envoy(EnvoyDeparted, "ITTE\u0301", "2001")
    assert found(*history) == []


# Parties in time, recognition


def test_a_renamed_party_is_one_under_either_code() -> None:
    met = MeetingHeld(meeting="m", parties=("USA", "ZAR"), when="2005-03-01")
    for parties in (("COD", "USA"), ("USA", "ZAR")):
        assert on("2006-01-01", met, parties=parties)["meetings"] == {"m": ("held", "2005-03-01")}


def test_what_an_ended_party_had_ends_with_it() -> None:
    pair = ("DDR", "USA")
    history = (
        RelationsEstablished(parties=pair, when="1974-09-04"),
        MissionOpened(sender="USA", host="DDR", when="1974-12-09"),
    )

    def existed_until(code: str) -> date | None:
        return date(1990, 10, 2) if code == "DDR" else None

    before = on("1990-10-02", *history, parties=pair, existed_until=existed_until)
    after = on("1990-10-03", *history, parties=pair, existed_until=existed_until)
    assert (before["relations"]["status"], len(before["missions"])) == ("established", 1)
    assert (after["relations"]["status"], after["missions"]) == ("ended", [])


def test_no_fact_is_later_than_its_parties_existence() -> None:
    early = RelationsEstablished(parties=("PAK", "SUN"), when="199X", id="e")
    assert settled([early], PAIR).bounds["e"].latest.date() == date(1991, 12, 25)


def test_relations_established_again_count_from_then() -> None:
    history = established("1950"), severed("1975-04-30"), established("1995-07-11")
    assert on("2024-01-01", *history)["relations"]["established"] == "1995-07-11"
    assert found(*history) == []


def test_recognition_in_two_forms_counts_since_the_first() -> None:
    def recognised(form: Any, when: str) -> Event:
        return RecognitionExtended(by="USA", on="ISR", form=form, when=when)

    history = recognised("de jure", "1949-01-31"), recognised("de facto", "1948-05-14")
    answer = on("2000-01-01", *history, parties=("ISR", "USA"))["recognition"]
    assert answer["USA", "ISR", ""] == {"since": "1948-05-14", "forms": ("de facto", "de jure")}


# Incoherence


def test_incoherent_events_have_findings() -> None:
    assert found(established("1950"), established("1960")) == ["begun-twice"]
    assert found(established("1950"), restored("1960")) == ["out-of-place"]
    assert found(closed("1960")) == ["ends-nothing"]
    assert on("1970-01-01", severed("1960"))["relations"]["status"] == "severed"
