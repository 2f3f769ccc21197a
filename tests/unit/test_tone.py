"""Tone by period: coded interactions, recorded events, and the codes of recorded events."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from comity import (
    AgreementSigned,
    AidDelivered,
    AlignmentKind,
    AlignmentRecorded,
    AnniversaryMarked,
    EnvoyAppointed,
    Event,
    InteractionCoded,
    InvalidDate,
    InvalidValue,
    MeasureImposed,
    MeasureLifted,
    MeetingCancelled,
    MeetingHeld,
    PeriodTone,
    RelationsEstablished,
    RelationsSevered,
    StatementMade,
    ToneProjection,
    ToneReading,
)
from comity.domain.codelists.goldstein import check_code, goldstein, quad_class
from comity.domain.counting import Cell, measure
from comity.domain.events import CATALOGUE
from comity.domain.events.base import choices
from comity.domain.events.tone import ToneByField
from comity.projections.state_codec import StateCodec
from tests.unit.given import PAIR, given
from tests.unit.test_scales import data_file

DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0008-tone.md"


def coded(code: str, when: str = "2023-06-20", scheme: str = "cameo", **fields: Any) -> Event:
    return InteractionCoded(
        scheme=scheme, code=code, source="PAK", target="RUS", when=when, **fields
    )


def established(when: str) -> Event:
    """054: verbal cooperation, 6.0."""
    return RelationsEstablished(parties=PAIR, when=when)


def severed(when: str) -> Event:
    """161: material conflict, -4.0."""
    return RelationsSevered(parties=PAIR, when=when)


def tone(*events: Event, **options: Any) -> tuple[PeriodTone, ...]:
    return given(*events).tone(*PAIR, **options)


def periods(*events: Event, **options: Any) -> list[tuple[str, int]]:
    return [(period.period, period.recorded.events) for period in tone(*events, **options)]


# The two readings


def test_coded_interactions_are_counted_by_quad_class_with_their_mean_weight() -> None:
    """040 weighs 1.0 and 057 8.0, 112 -2.0, 163 -8.0: -1.0 in all, -0.25 each."""
    [period] = tone(coded("040"), coded("057"), coded("112"), coded("163"))
    assert period == PeriodTone(
        "PAK-RUS",
        "2023",
        coded=ToneReading(
            4,
            cooperation=2,
            conflict=2,
            by_quad_class={"verbal cooperation": 2, "verbal conflict": 1, "material conflict": 1},
            mean_goldstein=Decimal("-0.250"),
            unweighted=0,
            schemes=("cameo",),
            scales=("cameo 1.1b3",),
        ),
        recorded=ToneReading(),
    )


def test_an_answer_names_the_schemes_of_the_codes_and_the_editions_of_the_scales() -> None:
    """CONSULT-visit weighs 4 and SANCTION -6, 042 1.9: -0.1 in all."""
    [period] = tone(
        coded("CONSULT-visit", scheme="plover", scheme_version="0.8"),
        coded("SANCTION", scheme="plover"),
        coded("042", scheme_version="0.9b5"),
    )
    assert period.coded.schemes == ("cameo 0.9b5", "plover", "plover 0.8")
    assert period.coded.scales == ("cameo 1.1b3", "plover 2.0-draft")
    assert period.coded.mean_goldstein == Decimal("-0.033")
    assert (period.coded.cooperation, period.coded.conflict) == (2, 1)


def test_recorded_events_have_cameo_codes_and_are_counted_apart_from_coded_ones() -> None:
    [period] = tone(coded("112"), established("2023-01-01"), severed("2023-02-01"))
    assert period.coded.mean_goldstein == Decimal("-2.000")
    assert period.recorded == ToneReading(
        2,
        cooperation=1,
        conflict=1,
        by_quad_class={"verbal cooperation": 1, "material conflict": 1},
        mean_goldstein=Decimal("1.000"),
        unweighted=0,
        schemes=("cameo 1.1b3",),
        scales=("cameo 1.1b3",),
    )


def test_a_mean_is_exact_to_three_places_and_half_goes_to_the_even_digit() -> None:
    def mean(*codes: str) -> Decimal | None:
        weights = [coded(code, note=str(at)) for at, code in enumerate(codes)]
        return tone(*weights)[0].coded.mean_goldstein

    assert mean("054", "054", "161") == Decimal("2.667")  # 6.0 + 6.0 - 4.0 over 3
    assert mean("042", *["010"] * 7) == Decimal("0.238")  # 1.9 over 8: 0.2375
    assert mean("040", *["010"] * 15) == Decimal("0.062")  # 1.0 over 16: 0.0625


def test_what_says_nothing_of_tone_makes_no_period() -> None:
    named = EnvoyAppointed(sender="PAK", host="RUS", name="Shuaib Qureshi", when="2023")
    assert tone(named) == ()


def test_what_has_no_weight_is_counted_and_is_in_no_mean() -> None:
    """A code that our tables cannot place, as a store of another make may hold: 040 weighs 1.0."""
    day = date(2023, 6, 20)
    projection = ToneProjection().for_key(PAIR)
    placed = (Cell(day, day, "cameo"), measure("cameo", "040", 2))
    other = (Cell(day, day, "cameo 2"), measure("cameo 2", "99", 3))
    [period] = projection.finish(projection.counted([placed, other]), day)
    assert (period.coded.events, period.coded.unweighted) == (5, 3)
    assert (period.coded.cooperation, period.coded.conflict) == (2, 0)
    assert period.coded.mean_goldstein == Decimal("1.000")
    unknown = projection.counted([(Cell(day, day, "icews"), measure("icews", "99"))])
    [period] = projection.finish(unknown, day)
    assert period.coded == ToneReading(1, unweighted=1, schemes=("icews",))


# Periods


PRECISIONS = (
    established("2023-06-20"),
    established("2023-06"),
    established("2023"),
    established("2023-21"),
    established("202X"),
    established("[2019..2020]"),
    established("2023-06-30/2024"),  # an interval became true at its start
    established("../2023"),
)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("month", [("202X", 1), ("2023", 2), ("2023-06", 3), ("", 2)]),
        ("quarter", [("202X", 1), ("2023", 2), ("2023-34", 3), ("", 2)]),
        ("year", [("202X", 1), ("2023", 5), ("", 2)]),
        ("decade", [("202X", 6), ("", 2)]),
    ],
)
def test_an_event_stands_under_the_shortest_period_in_which_it_must_have_been(
    by: str, expected: list[tuple[str, int]]
) -> None:
    assert periods(*PRECISIONS, by=by) == expected


def test_by_default_it_is_by_year() -> None:
    assert periods(*PRECISIONS) == periods(*PRECISIONS, by="year")


def test_periods_are_in_order_of_time_with_a_longer_one_before_those_within_it() -> None:
    whens = ("2023-01-15", "2022-12", "2023", "202X", "2019-12-31", "199X", "")
    answer = periods(*(established(when) for when in whens if when), by="month")
    assert [period for period, _ in answer] == [
        "199X", "2019-12", "202X", "2022-12", "2023", "2023-01",
    ]  # fmt: skip


def test_quarters_are_those_of_edtf_in_order_of_time() -> None:
    whens = ("2023-12-31", "2023-10-01", "2023-09-30", "2023-34", "2023-04/2023-06", "2023-01",
             "2023-21", "2023", "[2022-12..2023-01]")  # fmt: skip
    assert periods(*(established(when) for when in whens), by="quarter") == [
        ("202X", 1), ("2023", 2), ("2023-33", 1), ("2023-34", 2), ("2023-35", 1), ("2023-36", 2),
    ]  # fmt: skip


def test_the_first_and_the_last_years_of_the_calendar_have_their_periods() -> None:
    first, last = established("0001-01-01"), established("9999-12-31")
    for by, item in (
        ("month", ["0001-01", "9999-12"]),
        ("quarter", ["0001-33", "9999-36"]),
        ("year", ["0001", "9999"]),
        ("decade", ["000X", "999X"]),
    ):
        assert [period for period, _ in periods(first, last, by=by)] == item


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        # the month, the year, from the 30th on; the decade; ../2023
        ("2023-06-21", None, [("202X", 1), ("2023", 3), ("", 1)]),
        # the month, the year, spring; the decade; [2019..2020] and ../2023
        (None, "2023-06-19", [("202X", 1), ("2023", 3), ("", 2)]),
        # the day, the month, the year; the decade; ../2023
        ("2023-06-20", "2023-06-20", [("202X", 1), ("2023", 3), ("", 1)]),
        ("2024", "2030", [("202X", 1)]),
        ("2030", None, []),
    ],
)
def test_an_event_counts_if_it_can_have_been_in_the_period(
    since: str | None, until: str | None, expected: list[tuple[str, int]]
) -> None:
    assert periods(*PRECISIONS, since=since, until=until) == expected


def test_another_period_is_refused() -> None:
    with pytest.raises(InvalidValue, match="'month', 'quarter', 'year' or 'decade'") as refused:
        tone(by="week")
    assert (refused.value.field, refused.value.value) == ("by", "week")
    with pytest.raises(InvalidDate, match="ends before it starts"):
        tone(since="2024", until="2023")


# As known, and of whom


def test_what_was_retracted_counts_as_long_as_it_was_believed() -> None:
    wrong = severed("2023-01-01")
    engine = given(wrong)
    engine.retract(wrong.id, "a rumour")
    assert engine.tone(*PAIR) == ()
    assert [period.recorded.conflict for period in engine.tone(*PAIR, known_at=1)] == [1]
    assert engine.tone(*PAIR, known_at=0) == ()


def test_a_corrected_event_counts_as_it_was_corrected() -> None:
    wrong = severed("2022-01-01")
    engine = given(wrong)
    engine.correct(wrong.id, severed("2023-01-01"), "a year later")
    assert [period.period for period in engine.tone(*PAIR)] == ["2023"]


def test_rival_accounts_of_one_happening_count_once() -> None:
    first = MeetingHeld(meeting="m", parties=PAIR, when="2023-06-20", kind="call")
    other = MeetingHeld(meeting="m", parties=PAIR, when="2022", kind="visit", confidence=0.5)
    [period] = tone(first, other)
    assert (period.period, period.recorded.events) == ("2023", 1)
    assert period.recorded.mean_goldstein == Decimal("1.000")


def test_an_event_of_three_stands_on_each_pair_and_a_continued_states_on_its_heirs() -> None:
    three = AgreementSigned(agreement="t", parties=("IND", "PAK", "SUN"), when="1966-01-10")
    engine = given(three, established("1992"))
    names = [(period.relationship, period.period) for period in engine.tone()]
    assert names == [
        ("IND-PAK", "1966"),
        ("IND-RUS", "1966"),
        ("PAK-RUS", "1966"),
        ("PAK-RUS", "1992"),
    ]
    assert [period.relationship for period in engine.tone("IND")] == ["IND-PAK", "IND-RUS"]
    assert [period.relationship for period in engine.tone("IND-PAK-RUS")] == ["IND-PAK-RUS"]


def test_where_nothing_is_recorded_there_is_no_tone() -> None:
    assert given().tone() == ()
    assert tone() == ()


# The codes of the record


def codes() -> dict[type[Event], set[str]]:
    """Every code that a kind can be read as."""
    return {
        kind: {*kind.tone.codes.values(), kind.tone.otherwise} - {""}
        if isinstance(kind.tone, ToneByField)
        else {kind.tone} - {""}
        for kind in CATALOGUE.values()
    }


def test_every_code_that_a_kind_declares_is_in_the_codebook_with_a_weight_and_a_quad_class() -> (
    None
):
    every = set[str]().union(*codes().values())
    assert len(every) > 20
    for code in every:
        check_code("cameo", code)
        assert len(code) > 2, "a root is no code of its own"
        assert goldstein("cameo", code) is not None
        assert quad_class("cameo", code) is not None
    path = data_file("codes/CAMEO.eventcodes.txt")
    lines = path.read_text(encoding="latin-1").splitlines()
    assert every <= {line.split("\t")[0] for line in lines}


def test_every_field_by_which_a_kind_is_read_is_its_own_and_holds_text() -> None:
    for kind in CATALOGUE.values():
        if isinstance(tone := kind.tone, ToneByField):
            assert tone.field in kind.__struct_fields__
            allowed = choices(kind).get(tone.field)
            assert allowed is None or set(tone.codes) <= allowed


def test_the_decision_page_lists_each_kind_with_its_codes() -> None:
    text = DECISION.read_text(encoding="utf-8")
    table: dict[str, set[str]] = {}
    named: list[str] = []
    for line in re.findall(r"^\| (.+?) \| `(\d+)` \|", text, re.MULTILINE):
        answer, code = line
        named = re.findall(r"[A-Z][a-z]+[A-Z]\w+", answer) or named
        for name in named:
            table.setdefault(name, set()).add(code)
    assert table == {kind.__name__: item for kind, item in codes().items() if item}
    silent = {kind.__name__ for kind, item in codes().items() if not item}
    listed = text[text.index("What says nothing") :]
    assert {name for name in silent if name in listed} == silent - {"InteractionCoded"}


def statement(stance: str) -> Event:
    return StatementMade(by="RUS", parties=PAIR, when="2023", stance=stance)


def meeting(kind: str) -> Event:
    return MeetingHeld(meeting="m", parties=PAIR, when="2023", kind=kind)


def imposed(kind: str) -> Event:
    return MeasureImposed(measure="x", by="RUS", on="PAK", when="2023", kind=kind)


def lifted(kind: str) -> Event:
    return MeasureLifted(measure="x", by="RUS", on="PAK", when="2023", kind=kind)


def aligned(alignment: AlignmentKind) -> Event:
    return AlignmentRecorded(parties=PAIR, when="2023", alignment=alignment, matter="trade")


@pytest.mark.parametrize(
    ("event", "code", "quad", "weight"),
    [
        (established("2023"), "054", 1, "6.0"),
        (severed("2023"), "161", 4, "-4.0"),
        (meeting(""), "040", 1, "1.0"),
        (meeting("summit"), "040", 1, "1.0"),
        (meeting("call"), "041", 1, "1.0"),
        (meeting("visit"), "042", 1, "1.9"),
        (meeting("talks"), "046", 1, "7.0"),
        (meeting("exercise"), "062", 2, "7.4"),
        (MeetingCancelled(meeting="m", parties=PAIR, when="2023"), "161", 4, "-4.0"),
        (
            MeetingCancelled(meeting="m", parties=PAIR, when="2023", kind="negotiation"),
            "164",
            4,
            "-7.0",
        ),
        (AnniversaryMarked(parties=PAIR, when="2023", years=75), "017", 1, "0.0"),
        (imposed("embargo"), "163", 4, "-8.0"),
        (imposed(" Embargo"), "163", 4, "-8.0"),
        (imposed("travel-ban"), "160", 4, "-4.0"),
        (imposed(""), "160", 4, "-4.0"),
        (imposed("recall"), "161", 4, "-4.0"),
        (lifted("embargo"), "085", 2, "7.0"),
        (lifted("recall"), "050", 1, "3.5"),
        (lifted("travel-ban"), "080", 2, "5.0"),
        (statement("friendly"), "051", 1, "3.4"),
        (statement("cooperative"), "030", 1, "4.0"),
        (statement("neutral"), "010", 1, "0.0"),
        (statement("critical"), "111", 3, "-2.0"),
        (statement("threatening"), "130", 3, "-4.4"),
        (aligned("aligned"), "019", 1, "3.4"),
        (aligned("opposed"), "110", 3, "-2.0"),
        (AidDelivered(by="imf", to="PAK", when="2023"), "070", 2, "7.0"),
    ],
)
def test_an_event_is_read_as_the_codebook_has_it(
    event: Event, code: str, quad: int, weight: str
) -> None:
    assert event.tone_code() == code
    assert (quad_class("cameo", code), goldstein("cameo", code)) == (quad, Decimal(weight))


@pytest.mark.parametrize(
    "event", [statement(""), statement("wry"), aligned("neutral"), coded("040")]
)
def test_what_cannot_be_read_has_no_code(event: Event) -> None:
    assert event.tone_code() == ""


# The projection


def test_the_projection_counts_what_its_selection_holds() -> None:
    engine = given(established("2022"), established("2023"), established("2023-06-20"))
    answers = engine.replay(ToneProjection("decade", date(2023, 1, 1)), on="2023-12-31")["PAK-RUS"]
    assert [(period.period, period.recorded.events) for period in answers] == [("202X", 2)]


def test_its_state_can_be_stored_and_answers_by_any_period() -> None:
    projection = ToneProjection("month").for_key(PAIR)
    state = projection.initial()
    for event in (*PRECISIONS, coded("CONSULT", scheme="plover", scheme_version="2")):
        state = projection.evolve(state, event)
    codec = StateCodec(projection)
    read = codec.decode(codec.encode(state))
    assert read == state
    by_decade = ToneProjection("decade").for_key(PAIR).finish(read, date.max)
    assert [period.period for period in by_decade] == ["202X", ""]
