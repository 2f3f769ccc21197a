"""Right answers: every row of the issue's table, and other cases of the same kind.

The id of a test begins with the words of its row. Each case is recorded as told, backwards and
shuffled, and asked of a materialized state with many snapshots: the answer is always the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any, Literal, NamedTuple

import pytest

import comity
from comity import (
    AgreementAcceded,
    AgreementDenounced,
    AgreementInForce,
    AgreementProvisionallyApplied,
    AgreementRatified,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    AlignmentRecorded,
    CredentialsPresented,
    DealAmended,
    DealAnnounced,
    DealEnded,
    DealSigned,
    DealSuspended,
    DenunciationWithdrawn,
    EnvoyAppointed,
    EnvoyArrived,
    EnvoyDeparted,
    EnvoyExpelled,
    Event,
    IncoherentHistory,
    InteractionCoded,
    MeasureExtended,
    MeasureImposed,
    MeasureLifted,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
    MissionClosed,
    MissionLevelChanged,
    MissionMoved,
    MissionOpened,
    ProvisionalApplicationEnded,
    Quantity,
    RatificationWithdrawn,
    RecognitionExtended,
    RecognitionWithdrawn,
    RecordedTimeInFuture,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
    ShipmentDelivered,
    ShipmentScheduled,
    StatementMade,
    TimelineEngine,
    UnknownParty,
)
from comity.domain.scope import Certainty
from tests.folding import closely
from tests.unit.given import PAIR, Clock, given

Ask = Callable[[TimelineEngine], Any]
Made = list[Event]


class Case(NamedTuple):
    """What was recorded, what is asked, and the right answer; `name` begins with its row."""

    name: str
    events: Made
    ask: Ask
    right: Any


CASES: list[Case] = []
_row = ""


def row(words: str) -> None:
    """The cases that follow are of the row with these words."""
    global _row  # noqa: PLW0603  # the table below is read from the top down
    _row = words


def case(name: str, events: Made, *asked: tuple[Ask, Any]) -> None:
    """A case of the row, with the questions and the right answers."""
    for number, (ask, right) in enumerate(asked, start=1):
        CASES.append(Case(f"{_row} | {name} {number}", events, ask, right))


# Questions


def agreement(*parties: str, on: str, certainty: Certainty = "certain", name: str = "") -> Ask:
    """The status of the only agreement, and since when; None if none stands."""

    def ask(engine: TimelineEngine) -> Any:
        answer = engine.state(*parties, on=on, certainty=certainty).agreements
        found = [a for several in answer.values() for a in several if name in ("", a.agreement)]
        return (found[0].status, found[0].since) if found else None

    return ask


def relations(*parties: str, on: str, certainty: Certainty = "certain") -> Ask:
    return lambda engine: engine.state(*parties, on=on, certainty=certainty).relations.status


def missions(sender: str, host: str, on: str, certainty: Certainty = "certain") -> Ask:
    """The level and the city of each mission."""
    return lambda engine: [
        (mission.level, mission.city)
        for mission in engine.state(sender, host, on=on, certainty=certainty).missions
        if mission.sender == sender
    ]


class Post(NamedTuple):
    """Who heads a mission, who is designate, who acts, and whether the post is vacant."""

    head: str = ""
    designate: str = ""
    acting: str = ""
    vacant: bool | None = False


def post(on: str, certainty: Certainty = "certain") -> Ask:
    """The post of PAK's only mission in RUS."""

    def ask(engine: TimelineEngine) -> Post:
        [m] = engine.state(*PAIR, on=on, certainty=certainty).missions
        head, designate, acting = (e.name if e else "" for e in (m.head, m.designate, m.acting))
        return Post(head, designate, acting, m.vacant)

    return ask


def kinds(*parties: str, on: str = "2023-12-31") -> Ask:
    """The kinds of the findings."""
    return lambda engine: sorted(f.kind for f in engine.state(*parties, on=on).findings)


def measures(*parties: str, on: str, certainty: Certainty = "certain") -> Ask:
    return lambda engine: [
        m.measure for m in engine.state(*parties, on=on, certainty=certainty).measures
    ]


def alignment(on: str, certainty: Certainty = "certain") -> Ask:
    return lambda engine: {
        matter: known.alignment
        for matter, known in engine.state(*PAIR, on=on, certainty=certainty).alignment.items()
    }


def timeline(*parties: str, **options: Any) -> Ask:
    """The ids of the events on a timeline, in order."""
    return lambda engine: [entry.event.id for entry in engine.timeline(*parties, **options)]


def undetermined(*parties: str, on: str) -> Ask:
    return lambda engine: [e.type for e in engine.state(*parties, on=on).undetermined]


def years(*parties: str, year: str) -> Ask:
    """How many years of relations fall in a year."""
    return lambda engine: [a.years for a in engine.anniversaries(*parties, since=year, until=year)]


# Rome, NATO and other agreements of several


def _of(name: str, *parties: str) -> dict[str, Any]:
    return {"agreement": name, "parties": parties}


ROME = _of("rome", "DEU", "FRA", "PHL")
THREE = _of("treaty", "CHN", "PAK", "RUS")
NATO = _of("nato", "GBR", "USA")

row("AgreementDenounced(by PHL, effective 2019-03-17); DEU–FRA on 2020-01-01: in force")
in_rome: Made = [AgreementInForce(**ROME, when="2002-07-01")]
notice = AgreementDenounced(**ROME, by="PHL", when="2018-03-17", effective="2019-03-17")
case(
    "as in the row",
    [*in_rome, notice],
    (agreement("DEU", "FRA", on="2020-01-01"), ("in-force", "2002-07-01")),
    (agreement("DEU", "PHL", on="2020-01-01"), None),
    (agreement("DEU", "PHL", on="2019-03-16"), ("denounced", "2018-03-17")),
    (agreement("DEU", "PHL", on="2019-03-17"), None),
    (agreement("DEU", "FRA", "PHL", on="2020-01-01"), None),
    (kinds("DEU", "FRA"), []),
    (kinds("DEU", "PHL"), []),
)
case(
    "told of two only",
    [*in_rome, notice.replace(parties=("FRA", "PHL"))],
    (agreement("DEU", "FRA", on="2020-01-01"), ("in-force", "2002-07-01")),
    (agreement("DEU", "PHL", on="2020-01-01"), None),
)
case(
    "the one that left comes back",
    [*in_rome, notice, AgreementAcceded(**ROME, by="PHL", when="2022-05-01")],
    (agreement("DEU", "PHL", on="2022-04-30"), None),
    (agreement("DEU", "PHL", on="2022-05-01"), ("in-force", "2022-05-01")),
    (agreement("DEU", "FRA", on="2022-05-01"), ("in-force", "2002-07-01")),
)
case(
    "of two, one's leaving ends it",
    [
        AgreementInForce(**_of("inf", "RUS", "USA"), when="1988-06-01"),
        AgreementDenounced(
            **_of("inf", "RUS", "USA"), by="USA", when="2019-02-02", effective="2019-08-02"
        ),
    ],
    (agreement("RUS", "USA", on="2019-08-01"), ("denounced", "2019-02-02")),
    (agreement("RUS", "USA", on="2019-08-02"), None),
)
case(
    "an imprecise day of effect",
    [*in_rome, notice.replace(effective="2019")],
    (agreement("DEU", "PHL", on="2019-02-01"), ("denounced", "2018-03-17")),
    (agreement("DEU", "PHL", on="2019-02-01", certainty="possible"), None),
    (agreement("DEU", "PHL", on="2019-12-31"), None),
    (agreement("DEU", "FRA", on="2019-12-31"), ("in-force", "2002-07-01")),
)

row("three parties; AgreementSuspended(by CHN); PAK–RUS: in force")
in_force: Made = [AgreementInForce(**THREE, when="2010-01-01")]
case(
    "as in the row",
    [*in_force, AgreementSuspended(**THREE, by="CHN", when="2020-01-01")],
    (agreement(*PAIR, on="2021-01-01"), ("in-force", "2010-01-01")),
    (agreement("CHN", "PAK", on="2021-01-01"), ("suspended", "2020-01-01")),
    (agreement("CHN", "PAK", on="2019-12-31"), ("in-force", "2010-01-01")),
)
case(
    "suspended by all",
    [*in_force, AgreementSuspended(**THREE, when="2020-01-01")],
    (agreement(*PAIR, on="2021-01-01"), ("suspended", "2020-01-01")),
)
case(
    "suspended by one for some years",
    [*in_force, AgreementSuspended(**THREE, by="CHN", when="2020/2021")],
    (agreement("CHN", "PAK", on="2021-12-31"), ("suspended", "2020/2021")),
    (agreement(*PAIR, on="2021-12-31"), ("in-force", "2010-01-01")),
    (lambda engine: agreement("CHN", "PAK", on="2022-12-31")(engine)[0], "in-force"),
)
case(
    "terminated for one",
    [*in_force, AgreementTerminated(**THREE, by="CHN", when="2020-01-01")],
    (agreement(*PAIR, on="2021-01-01"), ("in-force", "2010-01-01")),
    (agreement("CHN", "RUS", on="2021-01-01"), None),
)
case(
    "no longer provisionally applied by one",
    [
        AgreementProvisionallyApplied(**THREE, when="2010-01-01"),
        ProvisionalApplicationEnded(**THREE, by="CHN", when="2020-01-01"),
    ],
    (agreement(*PAIR, on="2021-01-01"), ("provisionally-applied", "2010-01-01")),
    (agreement("CHN", "RUS", on="2021-01-01"), None),
)

case(
    "terminated, told of two among three",
    [*in_force, AgreementTerminated(**_of("treaty", "CHN", "PAK"), when="2020-01-01")],
    (agreement("CHN", "PAK", on="2021-01-01"), None),
    (agreement("CHN", "RUS", on="2021-01-01"), ("in-force", "2010-01-01")),
    (agreement(*PAIR, on="2021-01-01"), ("in-force", "2010-01-01")),
)
case(
    "told pair by pair, and one leaves",
    [
        AgreementInForce(**_of("treaty", *PAIR), when="2000"),
        AgreementInForce(**_of("treaty", "CHN", "PAK"), when="2001"),
        AgreementDenounced(**_of("treaty", *PAIR), by="RUS", when="2010-01-01"),
    ],
    (agreement(*PAIR, on="2011-01-01"), None),
    (agreement("CHN", "PAK", on="2011-01-01"), ("in-force", "2001")),
)
case(
    "a measure of each of two, and one lifts",
    [
        MeasureImposed(measure="s", by="DEU", on="RUS", when="2014"),
        MeasureImposed(measure="s", by="FRA", on="RUS", when="2014"),
        MeasureLifted(
            measure="s", by="FRA", on="RUS", when="2016-01-01", parties=("DEU", "FRA", "RUS")
        ),
    ],
    (measures("DEU", "RUS", on="2020-01-01"), ["s"]),
    (measures("FRA", "RUS", on="2020-01-01"), []),
)

row("nato; GBR, USA 1949-08-24, then FIN accedes 2023-04-04; GBR–USA since 1949-08-24")
in_nato: Made = [AgreementInForce(**NATO, when="1949-08-24")]
joined = AgreementAcceded(**_of("nato", "FIN", "GBR", "USA"), by="FIN", when="2023-04-04")
case(
    "as in the row",
    [*in_nato, joined],
    (agreement("GBR", "USA", on="2023-06-01"), ("in-force", "1949-08-24")),
    (agreement("FIN", "USA", on="2023-06-01"), ("in-force", "2023-04-04")),
    (agreement("FIN", "USA", on="2023-04-03"), None),
    (kinds("FIN", "USA"), []),
    (kinds("GBR", "USA"), []),
)
case(
    "an accession with a day of effect",
    [*in_nato, joined.replace(when="2023-03-01", effective="2023-04-04")],
    (agreement("FIN", "USA", on="2023-04-03"), None),
    (lambda e: agreement("FIN", "USA", on="2023-04-04")(e)[0], "in-force"),
    (agreement("GBR", "USA", on="2023-04-04"), ("in-force", "1949-08-24")),
)
case(
    "an entry into force told of more than before",
    [*in_nato, AgreementInForce(**_of("nato", "GBR", "GRC", "USA"), when="1952-02-18")],
    (agreement("GBR", "USA", on="1960-01-01"), ("in-force", "1949-08-24")),
    (agreement("GRC", "USA", on="1960-01-01"), ("in-force", "1952-02-18")),
    (kinds("GBR", "USA"), []),
)
case(
    "it joins while another is suspended",
    [*in_nato, AgreementSuspended(**NATO, by="GBR", when="2020-01-01"), joined],
    (agreement("GBR", "USA", on="2023-06-01"), ("suspended", "2020-01-01")),
    (agreement("FIN", "USA", on="2023-06-01"), ("in-force", "2023-04-04")),
)
case(
    "an accession alone shows it in force between the others",
    [joined],
    (agreement("GBR", "USA", on="2023-06-01"), ("in-force", "2023-04-04")),
    (agreement("FIN", "USA", on="2023-06-01"), ("in-force", "2023-04-04")),
)

row("in force 1978, suspended 2011, in force again 2025-05-28; on 2025-06-01: in force")
TWO = _of("defence", *PAIR)
again: Made = [
    AgreementInForce(**TWO, when="1978"),
    AgreementSuspended(**TWO, when="2011"),
    AgreementInForce(**TWO, when="2025-05-28"),
]
case(
    "as in the row",
    again,
    (agreement(*PAIR, on="2025-06-01"), ("in-force", "2025-05-28")),
    (agreement(*PAIR, on="2025-05-27"), ("suspended", "2011")),
    (agreement(*PAIR, on="2000-01-01"), ("in-force", "1978")),
)
case(
    "suspended and in force again in one year",
    [*again[:2], AgreementInForce(**TWO, when="2011")],
    (lambda e: agreement(*PAIR, on="2012-01-01")(e)[0], "in-force"),
    (kinds(*PAIR), []),
)
case(
    "one of three, and in force again for all",
    [
        *in_force,
        AgreementSuspended(**THREE, by="CHN", when="2011"),
        AgreementInForce(**THREE, when="2020-05-28"),
    ],
    (agreement("CHN", "PAK", on="2021-01-01"), ("in-force", "2020-05-28")),
    (agreement(*PAIR, on="2021-01-01"), ("in-force", "2010-01-01")),
)
case(
    "terminated, and in force again",
    [
        AgreementInForce(**TWO, when="1978"),
        AgreementTerminated(**TWO, when="2011"),
        AgreementInForce(**TWO, when="2020-05-28"),
    ],
    (agreement(*PAIR, on="2015-01-01"), None),
    (agreement(*PAIR, on="2021-01-01"), ("in-force", "2020-05-28")),
    (kinds(*PAIR), []),
)

row("RatificationWithdrawn, DenunciationWithdrawn: signed, not ratified; in force throughout")
ratified: Made = [
    AgreementSigned(**TWO, when="1996-09-24"),
    AgreementRatified(**TWO, by="RUS", when="2000-06-30"),
    AgreementRatified(**TWO, by="PAK", when="2001-06-30"),
]
case(
    "a ratification withdrawn",
    [*ratified, RatificationWithdrawn(**TWO, by="RUS", when="2023-11-02")],
    (agreement(*PAIR, on="2023-11-01"), ("ratified", "2001-06-30")),
    (lambda e: agreement(*PAIR, on="2023-11-02")(e)[0], "signed"),
    (
        lambda e: e.state(*PAIR, on="2023-11-02").agreements["signed"][0].ratified,
        {"PAK": "2001-06-30"},
    ),
)
case(
    "a denunciation withdrawn",
    [
        *in_rome,
        notice,
        DenunciationWithdrawn(**ROME, by="PHL", when="2018-06-01"),
    ],
    (agreement("DEU", "PHL", on="2018-05-01"), ("denounced", "2018-03-17")),
    (agreement("DEU", "PHL", on="2018-06-01"), ("in-force", "2002-07-01")),
    (agreement("DEU", "PHL", on="2020-01-01"), ("in-force", "2002-07-01")),
    (kinds("DEU", "PHL"), []),
)
case(
    "a ratification withdrawn while it is in force changes no status",
    [
        *ratified,
        AgreementInForce(**TWO, when="2002-01-01"),
        RatificationWithdrawn(**TWO, by="RUS", when="2023-11-02"),
    ],
    (agreement(*PAIR, on="2023-12-01"), ("in-force", "2002-01-01")),
    (kinds(*PAIR), []),
)
case(
    "an entry into force told during the notice",
    [*in_rome, notice, AgreementInForce(**ROME, when="2018-09-01")],
    (agreement("DEU", "PHL", on="2020-01-01"), ("in-force", "2002-07-01")),
    (kinds("DEU", "PHL"), []),
)
case(
    "a denunciation withdrawn too late",
    [*in_rome, notice, DenunciationWithdrawn(**ROME, by="PHL", when="2019-06-01")],
    (agreement("DEU", "PHL", on="2020-01-01"), None),
    (kinds("DEU", "PHL"), ["out-of-place"]),
)
case(
    "never ratified",
    [ratified[0], RatificationWithdrawn(**TWO, by="RUS", when="2023-11-02")],
    (agreement(*PAIR, on="2023-12-01"), ("signed", "1996-09-24")),
    (kinds(*PAIR), ["out-of-place"]),
)

# Missions


def opened(level: Any, when: str, city: str = "", **fields: Any) -> Event:
    return MissionOpened(sender="PAK", host="RUS", level=level, when=when, city=city, **fields)


def closed(level: Any, when: str, city: str = "", **fields: Any) -> Event:
    return MissionClosed(sender="PAK", host="RUS", level=level, when=when, city=city, **fields)


row("liaison office closed and embassy opened, both 1979-03-01; next day: embassy")
for before, after, when in (
    ("liaison-office", "embassy", "1979-03-01"),
    ("legation", "embassy", "1979-03-01"),
    ("embassy", "interests-section", "1979-03-01"),
    ("liaison-office", "embassy", "1979-03"),
    ("embassy", "embassy", "1979-03-01"),
):
    case(
        f"{before} and {after} {when}",
        [opened(before, "1973-05-01"), closed(before, when), opened(after, when)],
        (missions(*PAIR, on="1979-02-28"), [(before, "")]),
        (missions(*PAIR, on="1979-04-01"), [(after, "")]),
        (kinds(*PAIR), []),
    )
case(
    "raised instead",
    [
        opened("liaison-office", "1973-05-01"),
        MissionLevelChanged(sender="PAK", host="RUS", when="1979-03-01", level="embassy"),
    ],
    (missions(*PAIR, on="1979-03-01"), [("embassy", "")]),
    (missions(*PAIR, on="1979-02-28"), [("liaison-office", "")]),
)

row("PAK's missions to `un` in New York (1947) and Geneva (1955); Geneva closes: New York")
UN: dict[str, Any] = {"sender": "PAK", "host": "un", "level": "permanent-mission"}
NEW_YORK = MissionOpened(**UN, when="1948", city="New York")
GENEVA = MissionOpened(**UN, when="1955", city="Geneva")
LEFT_GENEVA = MissionClosed(**UN, when="2000", city="Geneva")
case(
    "as in the row",
    [NEW_YORK, GENEVA, LEFT_GENEVA],
    (missions("PAK", "un", "1999-12-31"), [(UN["level"], "Geneva"), (UN["level"], "New York")]),
    (missions("PAK", "un", "2001-01-01"), [(UN["level"], "New York")]),
    (kinds("PAK", "un"), []),
)
case(
    "which of them is not told",
    [NEW_YORK, GENEVA, LEFT_GENEVA.replace(city="")],
    (missions("PAK", "un", "2001-01-01"), [(UN["level"], "Geneva"), (UN["level"], "New York")]),
    (kinds("PAK", "un"), ["ambiguous"]),
)
case(
    "told apart by an id",
    [
        MissionOpened(**UN, when="1948", mission="first"),
        MissionOpened(**UN, when="1955", mission="second"),
        MissionClosed(**UN, when="2000", mission="second"),
    ],
    (
        lambda e: [m.mission for m in e.state("PAK", "un", on="2001-01-01").missions],
        ["first"],
    ),
    (kinds("PAK", "un"), []),
)
case(
    "opened again",
    [NEW_YORK, GENEVA, LEFT_GENEVA, MissionOpened(**UN, when="2010", city="Geneva")],
    (missions("PAK", "un", "2011-01-01"), [(UN["level"], "Geneva"), (UN["level"], "New York")]),
)

row('consulate-general "Saint Petersburg" opened, "St. Petersburg" closed: open, and a finding')
CONSULATE = opened("consulate-general", "1990", "Saint Petersburg")
case(
    "as in the row",
    [CONSULATE, closed("consulate-general", "2000", "St. Petersburg")],
    (missions(*PAIR, on="2001-01-01"), [("consulate-general", "Saint Petersburg")]),
    (kinds(*PAIR), ["ends-nothing"]),
)
case(
    "the only consulate closes without naming its city",
    [CONSULATE, closed("consulate-general", "2000")],
    (missions(*PAIR, on="2001-01-01"), []),
    (kinds(*PAIR), []),
)
case(
    "another case and Unicode form is the same city",
    [
        opened("consulate", "1990", "Orl\u00e9ans"),
        closed("consulate", "2000", unicodedata.normalize("NFD", "ORL\u00c9ANS")),
    ],
    (missions(*PAIR, on="2001-01-01"), []),
    (kinds(*PAIR), []),
)
case(
    "an unknown city matches any",
    [opened("consulate", "1990"), closed("consulate", "2000", "Kazan")],
    (missions(*PAIR, on="2001-01-01"), []),
    (kinds(*PAIR), []),
)
case(
    "two, and it is not told which",
    [
        CONSULATE,
        opened("consulate-general", "1990", "Kazan"),
        closed("consulate-general", "2000"),
    ],
    (
        missions(*PAIR, on="2001-01-01"),
        [("consulate-general", "Kazan"), ("consulate-general", "Saint Petersburg")],
    ),
    (kinds(*PAIR), ["ambiguous"]),
)
case(
    "of another level",
    [CONSULATE, closed("embassy", "2000", "Saint Petersburg")],
    (missions(*PAIR, on="2001-01-01"), [("consulate-general", "Saint Petersburg")]),
    (kinds(*PAIR), ["ends-nothing"]),
)

# Posts

SENT: dict[str, Any] = {"sender": "PAK", "host": "RUS"}
EMBASSY = opened("embassy", "1949-12-01", "Moscow")


def named(name: str, when: str, **fields: Any) -> Event:
    return EnvoyAppointed(**SENT, name=name, when=when, **fields)


def presented(name: str, when: str) -> Event:
    return CredentialsPresented(**SENT, name=name, when=when)


def left(name: str, when: str) -> Event:
    return EnvoyDeparted(**SENT, name=name, when=when)


row("A presents credentials 2015, B appointed 2018-03-01, A departs 2018-08-28")
in_turn: Made = [EMBASSY, presented("A", "2015"), named("B", "2018-03-01"), left("A", "2018-08-28")]
case(
    "as in the row",
    in_turn,
    (post("2018-05-01"), Post("A", "B")),
    (post("2018-09-15"), Post("", "B", vacant=True)),
    (kinds(*PAIR), []),
)
case(
    "B arrives",
    [*in_turn, EnvoyArrived(**SENT, name="B", when="2018-09-20")],
    (post("2018-09-15"), Post("", "B", vacant=True)),
    (post("2018-09-20"), Post("B")),
)
case(
    "B comes before A has gone",
    [*in_turn, presented("B", "2018-08-01")],
    (post("2018-07-31"), Post("A", "B")),
    (post("2018-08-01"), Post("B")),
    (post("2018-09-15"), Post("B")),
    (kinds(*PAIR), []),
)
case(
    "no arrival of anybody is recorded, so an appointment puts in post",
    [EMBASSY, named("A", "2015"), named("B", "2018-03-01")],
    (post("2016-05-01"), Post("A")),
    (post("2018-05-01"), Post("B")),
)
case(
    "somebody acts ad interim",
    [*in_turn[:2], left("A", "2018-08-28"), named("C", "2018-08-29", ad_interim=True)],
    (post("2018-09-15"), Post("", "", "C", vacant=True)),
)
case(
    "an appointment told by the year",
    [EMBASSY, presented("A", "2015"), named("B", "2018")],
    (post("2018-05-01"), Post("A")),
    (post("2018-05-01", "possible"), Post("A", "B")),
    (post("2018-12-31"), Post("A", "B")),
)

row('EnvoyAppointed "A. Khan", EnvoyDeparted "Amb. A. Khan": a finding')
KHAN = named("A. Khan", "2015")
case(
    "as in the row",
    [EMBASSY, KHAN, left("Amb. A. Khan", "2018")],
    (post("2019-01-01"), Post("A. Khan")),
    (kinds(*PAIR), ["ends-nothing"]),
)
case(
    "another case is the same name",
    [EMBASSY, KHAN, left("a. KHAN", "2018")],
    (post("2019-01-01"), Post(vacant=True)),
    (kinds(*PAIR), []),
)
case(
    "another Unicode form is the same name",
    [
        EMBASSY,
        named("Sylvain Itt\u00e9", "2015"),
        left(unicodedata.normalize("NFD", "Sylvain Itt\u00e9"), "2018"),
    ],
    (post("2019-01-01"), Post(vacant=True)),
    (kinds(*PAIR), []),
)
case(
    "the one who is expelled has another name",
    [EMBASSY, KHAN, EnvoyExpelled(**SENT, name="B. Khan", when="2018")],
    (post("2019-01-01"), Post("A. Khan")),
    (kinds(*PAIR), ["ends-nothing"]),
)

row("no envoy ever recorded: not known")
case("as in the row", [EMBASSY], (post("2019-01-01"), Post(vacant=None)))
case(
    "one was and left",
    [EMBASSY, KHAN, left("A. Khan", "2018")],
    (post("2014-12-31"), Post(vacant=None)),
    (post("2019-01-01"), Post(vacant=True)),
)
case(
    "a consulate has no head",
    [CONSULATE],
    (lambda e: e.state(*PAIR, on="2019-01-01").missions[0].vacant, None),
)
case(
    "one who may have been named by then",
    [EMBASSY, named("A. Khan", "2018")],
    (post("2018-06-01"), Post(vacant=None)),
    (post("2018-06-01", "possible"), Post("A. Khan")),
)

# Parties in time


def held(name: str, when: str, parties: tuple[str, ...] = PAIR, **fields: Any) -> Event:
    return MeetingHeld(meeting=name, parties=parties, when=when, **fields)


row("MeetingHeld(USA, ZAR, 2005-03-01): on COD–USA")
for old, new in (("ZAR", "COD"), ("BUR", "MMR"), ("TMP", "TLS")):
    told = MeetingHeld(meeting="m", parties=("USA", old), when="2005-03-01", id="m")
    case(
        f"{old} is {new}",
        [told],
        (timeline(new, "USA"), ["m"]),
        (timeline("USA", old), ["m"]),
        (kinds(new, "USA"), []),
    )
case(
    "both codes on one timeline",
    [
        RelationsEstablished(parties=("COD", "USA"), when="1960-06-30"),
        RelationsSevered(parties=("USA", "ZAR"), when="2005-03-01"),
    ],
    (relations("COD", "USA", on="2006-01-01"), "severed"),
    (kinds("COD", "USA"), []),
)

row("RelationsEstablished(DDR, USA, 1974-09-04), MissionOpened; on 2023-01-01: ended 1990-10-03")
GDR = ("DDR", "USA")
had: Made = [
    RelationsEstablished(parties=GDR, when="1974-09-04"),
    MissionOpened(sender="USA", host="DDR", when="1974-12-04", city="Berlin"),
    AgreementInForce(**_of("consular", *GDR), when="1981-10-04"),
    MeasureImposed(measure="cocom", by="USA", on="DDR", when="1950"),
    DealSigned(deal="wheat", buyer="DDR", seller="USA", when="1976"),
    AlignmentRecorded(parties=GDR, when="1979", alignment="opposed", matter="Kabul"),
]
case(
    "as in the row",
    had,
    (relations(*GDR, on="2023-01-01"), "ended"),
    (lambda e: e.state(*GDR, on="2023-01-01").relations.since, "1990-10-03"),
    (missions("USA", "DDR", "2023-01-01"), []),
    (lambda e: e.state(*GDR, on="2023-01-01").next_anniversaries, ()),
    (relations(*GDR, on="1990-10-02"), "established"),
    (missions("USA", "DDR", "1990-10-02"), [("embassy", "Berlin")]),
    (relations(*GDR, on="1990-10-03"), "ended"),
)
case(
    "whatever it had",
    had,
    (agreement(*GDR, on="1990-10-02"), ("in-force", "1981-10-04")),
    (agreement(*GDR, on="1990-10-03"), None),
    (measures(*GDR, on="1990-10-02"), ["cocom"]),
    (measures(*GDR, on="1990-10-03"), []),
    (lambda e: len(e.state(*GDR, on="1990-10-02").deals), 1),
    (lambda e: len(e.state(*GDR, on="1990-10-03").deals), 0),
    (lambda e: e.state(*GDR, on="1990-10-03").alignment, {}),
    (years(*GDR, year="1989"), [15]),
    (years(*GDR, year="1991"), []),
    (lambda e: e.missions("DDR", on="2023-01-01"), ()),
    (lambda e: e.measures("DDR", on="2023-01-01"), ()),
    (lambda e: e.agreements("DDR", on="2023-01-01"), ()),
)
case(
    "its mission closes on the day on which it ended",
    [*had, MissionClosed(sender="USA", host="DDR", when="1990-10-03")],
    (kinds(*GDR, on="2023-01-01"), []),
)
case(
    "a meeting told for the day on which it ended",
    [held("m", "1990-10-03", GDR)],
    (kinds(*GDR, on="2023-01-01"), ["party-not-existing"]),
)
case(
    "severed before it ended",
    [had[0], RelationsSevered(parties=GDR, when="1989")],
    (relations(*GDR, on="2023-01-01"), "severed"),
)
case(
    "with another that ended",
    [RelationsEstablished(parties=("CSK", "USA"), when="1945")],
    (relations("CSK", "USA", on="1992-12-30"), "established"),
    (relations("CSK", "USA", on="1993-06-01"), "ended"),
)

row("USA–VNM established 1950, severed 1975-04-30, established 1995-07-11; years in 2024: 29")
VIETNAM = ("USA", "VNM")
anew: Made = [
    RelationsEstablished(parties=VIETNAM, when="1950"),
    RelationsSevered(parties=VIETNAM, when="1975-04-30"),
    RelationsEstablished(parties=VIETNAM, when="1995-07-11"),
]
case(
    "as in the row",
    anew,
    (years(*VIETNAM, year="2024"), [29]),
    (years(*VIETNAM, year="1980"), []),
    (lambda e: [a.years for a in e.state(*VIETNAM, on="2024-01-01").next_anniversaries], [29]),
    (lambda e: e.state(*VIETNAM, on="2024-01-01").relations.established_on, "1995-07-11"),
)
case(
    "restored, so the first founding counts",
    [
        RelationsEstablished(parties=PAIR, when="1948-05-01"),
        RelationsSevered(parties=PAIR, when="1975-04-30"),
        RelationsRestored(parties=PAIR, when="1995-07-11"),
    ],
    (years(*PAIR, year="2023"), [75]),
    (years(*PAIR, year="1980"), []),
)
case(
    "South Vietnam has a code of its own",
    [RelationsEstablished(parties=("USA", "XVS"), when="1955-10-26")],
    (relations("USA", "XVS", on="1970-01-01"), "established"),
    (relations("USA", "VNM", on="1970-01-01"), "unknown"),
    (relations("USA", "XVS", on="1980-01-01"), "ended"),
)

# Ends

row("AlignmentRecorded(opposed, 1979-12/1989-02); on 1991-01-01: none")


def aligned(alignment: Any, when: str, matter: str = "Kabul") -> Event:
    return AlignmentRecorded(parties=PAIR, when=when, alignment=alignment, matter=matter)


case(
    "as in the row",
    [aligned("opposed", "1979-12/1989-02")],
    (alignment("1991-01-01"), {}),
    (alignment("1985-01-01"), {"Kabul": "opposed"}),
    (alignment("1989-02-01"), {"Kabul": "opposed"}),
    (alignment("1989-03-01"), {}),
)
case(
    "its end is open",
    [aligned("opposed", "1979-12/..")],
    (alignment("1991-01-01"), {"Kabul": "opposed"}),
)
case(
    "another in the same matter while it lasts",
    [aligned("opposed", "1979-12/1989-02"), aligned("neutral", "1985-03-11")],
    (alignment("1986-01-01"), {"Kabul": "neutral"}),
    (alignment("1991-01-01"), {"Kabul": "neutral"}),
)
case(
    "an end told by the year",
    [aligned("opposed", "1979-12-24/1989")],
    (alignment("1989-06-01"), {"Kabul": "opposed"}),
    (alignment("1990-01-01"), {}),
)

row("MeasureImposed(when 2014/2016); on 2023-01-01: none")


BAN: dict[str, Any] = {"measure": "ban", "by": "RUS", "on": "PAK"}


def imposed(when: str, **fields: Any) -> Event:
    return MeasureImposed(**(BAN | fields), when=when)


def lifted(when: str, **fields: Any) -> Event:
    return MeasureLifted(**(BAN | fields), when=when)


def extended(when: str, **fields: Any) -> Event:
    return MeasureExtended(**(BAN | fields), when=when)


case(
    "as in the row",
    [imposed("2014/2016")],
    (measures(*PAIR, on="2023-01-01"), []),
    (measures(*PAIR, on="2015-01-01"), ["ban"]),
    (measures(*PAIR, on="2017-01-01"), []),
)
case(
    "imposed again when it may have ended",
    [imposed("2014/2016"), imposed("2016-06-01")],
    (measures(*PAIR, on="2023-01-01"), ["ban"]),
    (kinds(*PAIR), []),
)
case(
    "lifted after it had ended",
    [imposed("2014/2016"), lifted("2017-03-01")],
    (measures(*PAIR, on="2023-01-01"), []),
    (kinds(*PAIR), ["ends-nothing"]),
)
case(
    "a term that a suspension does not void",
    [
        AgreementInForce(**TWO, when="2000-01-01", expires="2020-12-31"),
        AgreementSuspended(**TWO, when="2010-01-01"),
        AgreementInForce(**TWO, when="2012-01-01"),
    ],
    (agreement(*PAIR, on="2020-12-31"), ("in-force", "2012-01-01")),
    (agreement(*PAIR, on="2021-01-01"), None),
    (kinds(*PAIR), []),
)
case(
    "a term that a termination voids",
    [
        AgreementInForce(**TWO, when="2000-01-01", expires="2020-12-31"),
        AgreementTerminated(**TWO, when="2010-01-01"),
        AgreementInForce(**TWO, when="2012-01-01"),
    ],
    (agreement(*PAIR, on="2022-01-01"), ("in-force", "2012-01-01")),
    (kinds(*PAIR), []),
)
case(
    "a notice that takes effect before it is given",
    [
        AgreementInForce(**TWO, when="2000-01-01"),
        AgreementDenounced(**TWO, by="PAK", when="2010-01-01", effective="2009-01-01"),
    ],
    (agreement(*PAIR, on="2009-12-31"), ("in-force", "2000-01-01")),
    (agreement(*PAIR, on="2010-01-01"), None),
    (kinds(*PAIR), ["dates-contradict"]),
)
case(
    "told with a last day",
    [imposed("2014-01-01", expires="2016-12-31")],
    (measures(*PAIR, on="2016-12-31"), ["ban"]),
    (measures(*PAIR, on="2017-01-01"), []),
)
case(
    "extended",
    [imposed("2014/2016"), extended("2016-12-01", expires="2018-01-31")],
    (measures(*PAIR, on="2018-01-31"), ["ban"]),
    (measures(*PAIR, on="2018-02-01"), []),
    (kinds(*PAIR), []),
)
case(
    "extended without an end",
    [imposed("2014/2016"), extended("2016-12-01")],
    (measures(*PAIR, on="2023-01-01"), ["ban"]),
)
case(
    "lifted before its end, so that the end is void",
    [imposed("2014-01-01/2016-12-31"), lifted("2015-06-01"), imposed("2015-07-01")],
    (measures(*PAIR, on="2015-06-15"), []),
    (measures(*PAIR, on="2023-01-01"), ["ban"]),
    (kinds(*PAIR), []),
)
case(
    "a mission, a suspension and an agreement with an end",
    [
        opened("embassy", "1990/1995"),
        RelationsEstablished(parties=PAIR, when="1948"),
        RelationsSuspended(parties=PAIR, when="1960-01-01/1961-12-31"),
        AgreementInForce(**TWO, when="2000-01-01/2009-12-31"),
    ],
    (missions(*PAIR, on="1995-06-01"), [("embassy", "")]),
    (missions(*PAIR, on="1996-01-01"), []),
    (relations(*PAIR, on="1961-12-31"), "suspended"),
    (relations(*PAIR, on="1962-01-01"), "established"),
    (lambda e: agreement(*PAIR, on="2009-12-31")(e)[0], "in-force"),
    (agreement(*PAIR, on="2010-01-01"), None),
    (kinds(*PAIR), []),
)

# Order

row("two statements of one day, T09:00Z and T18:00Z; the last: 18:00")


def said(id: str, when: str, **fields: Any) -> Event:
    return StatementMade(by="RUS", parties=PAIR, when=when, text=id, id=id, **fields)


def last_said(on: str) -> Ask:
    return lambda engine: engine.state(*PAIR, on=on).statements["RUS"].text


case(
    "as in the row",
    [said("z", "2023-06-20T09:00:00Z"), said("a", "2023-06-20T18:00:00Z")],
    (last_said("2023-06-20"), "a"),
    (timeline(*PAIR), ["z", "a"]),
)
case(
    "with other offsets",
    [said("z", "2023-06-20T13:00:00+05:00"), said("a", "2023-06-20T09:00:00Z")],
    (last_said("2023-06-20"), "a"),
)
case(
    "a measure lifted and imposed again on one day",
    [
        imposed("2020-01-01"),
        lifted("2023-06-20T09:00:00Z"),
        imposed("2023-06-20T18:00:00Z"),
    ],
    (measures(*PAIR, on="2023-06-20"), ["ban"]),
    (kinds(*PAIR), []),
)
case(
    "imposed and then lifted on one day",
    [imposed("2023-06-20T09:00:00Z"), lifted("2023-06-20T18:00:00Z")],
    (measures(*PAIR, on="2023-06-20"), []),
    (kinds(*PAIR), []),
)

row("established 1961, severed 1961-09-06; in 1970: severed")


def founded(when: str, parties: tuple[str, ...] = PAIR) -> Event:
    return RelationsEstablished(parties=parties, when=when)


def severed(when: str) -> Event:
    return RelationsSevered(parties=PAIR, when=when)


def restored(when: str) -> Event:
    return RelationsRestored(parties=PAIR, when=when)


case(
    "as in the row",
    [founded("1961"), severed("1961-09-06")],
    (relations(*PAIR, on="1970-01-01"), "severed"),
    (relations(*PAIR, on="1961-09-06"), "severed"),
    (undetermined(*PAIR, on="1961-10-01"), []),
    (kinds(*PAIR), []),
)
case(
    "both in one year",
    [founded("1961"), severed("1961")],
    (relations(*PAIR, on="1970-01-01"), "severed"),
    (kinds(*PAIR), []),
)
case(
    "a mission",
    [opened("embassy", "1961"), closed("embassy", "1961-09-06")],
    (missions(*PAIR, on="1970-01-01"), []),
    (missions(*PAIR, on="1961-10-01"), []),
)
case(
    "a deal",
    [
        DealSigned(deal="mill", buyer="PAK", seller="RUS", when="1971"),
        DealEnded(deal="mill", buyer="PAK", seller="RUS", when="1971-03-01"),
    ],
    (lambda e: e.state(*PAIR, on="1972-01-01").deals, ()),
    (kinds(*PAIR), []),
)
case(
    "signed 2017 and in force on a day of that year",
    [AgreementSigned(**TWO, when="2017"), AgreementInForce(**TWO, when="2017-09-21")],
    (agreement(*PAIR, on="2017-10-01"), ("in-force", "2017-09-21")),
    (undetermined(*PAIR, on="2017-10-01"), []),
)

row("severed 1979, restored 1979-11 (and: both 1979); in 2000: established")
for first, second in (("1979", "1979-11"), ("1979", "1979"), ("197X", "1979"), ("1979~", "197X")):
    case(
        f"severed {first}, restored {second}",
        [founded("1948-05-01"), severed(first), restored(second)],
        (relations(*PAIR, on="2000-01-01"), "established"),
        (kinds(*PAIR), []),
    )
case(
    "nothing is recorded of relations before",
    [severed("1979"), restored("1979")],
    (
        lambda e: (
            "order-unknown" in kinds(*PAIR)(e)
            or relations(*PAIR, on="2000-01-01")(e) == "established"
        ),
        True,
    ),
)
case(
    "a meeting cancelled and put on again in one month",
    [
        MeetingScheduled(meeting="m", parties=PAIR, when="2022-05-01", planned_for="2022-07-01"),
        MeetingRescheduled(meeting="m", parties=PAIR, when="2022-06", planned_for="2022-08-01"),
        comity.MeetingCancelled(meeting="m", parties=PAIR, when="2022-06"),
    ],
    (kinds(*PAIR), ["order-unknown"]),
)

row("imposed 198X, lifted 1985; in 1990: none")
case(
    "as in the row",
    [imposed("198X"), lifted("1985")],
    (measures(*PAIR, on="1990-01-01"), []),
    (measures(*PAIR, on="1986-01-01"), []),
    (undetermined(*PAIR, on="1986-01-01"), []),
    (undetermined(*PAIR, on="1984-01-01"), ["measure-imposed"]),
    (measures(*PAIR, on="1984-01-01", certainty="possible"), ["ban"]),
    (kinds(*PAIR), []),
)
case(
    "imposed in some year of the century",
    [imposed("19XX"), lifted("1985-05-05")],
    (measures(*PAIR, on="1990-01-01"), []),
    (undetermined(*PAIR, on="1990-01-01"), []),
)
case(
    "imposed again after that",
    [imposed("198X"), lifted("1985"), imposed("1987")],
    (measures(*PAIR, on="1986-01-01"), []),
    (measures(*PAIR, on="1990-01-01"), ["ban"]),
)
case(
    "an envoy named in some year of the decade",
    [EMBASSY, named("A", "198X"), left("A", "1985")],
    (post("1990-01-01"), Post(vacant=True)),
)

row("recognised de facto 1948-05-14, de jure 1949-01-31; since 1948-05-14, with both forms told")


def recognised(when: str, form: Any = "", **fields: Any) -> Event:
    return RecognitionExtended(by="RUS", on="PAK", when=when, form=form, **fields)


def recognition(on: str) -> Ask:
    return lambda engine: (
        engine.state(*PAIR, on=on).relations.recognised,
        engine.state(*PAIR, on=on).relations.forms,
    )


BOTH_FORMS = {"de facto": "1948-05-14", "de jure": "1949-01-31"}
case(
    "as in the row",
    [recognised("1948-05-14", "de facto"), recognised("1949-01-31", "de jure")],
    (recognition("1950-01-01"), ({"RUS → PAK": "1948-05-14"}, {"RUS → PAK": BOTH_FORMS})),
    (
        recognition("1948-12-31"),
        ({"RUS → PAK": "1948-05-14"}, {"RUS → PAK": {"de facto": "1948-05-14"}}),
    ),
    (kinds(*PAIR), []),
)
case(
    "withdrawn",
    [
        recognised("1948-05-14", "de facto"),
        recognised("1949-01-31", "de jure"),
        RecognitionWithdrawn(by="RUS", on="PAK", when="1960"),
    ],
    (recognition("1961-01-01"), ({}, {})),
)
case(
    "withdrawn and extended again",
    [
        recognised("1948-05-14"),
        RecognitionWithdrawn(by="RUS", on="PAK", when="1960"),
        recognised("1970"),
    ],
    (lambda e: recognition("1971-01-01")(e)[0], {"RUS → PAK": "1970"}),
)
case(
    "a government and not the state",
    [recognised("1948-05-14"), recognised("1950", government="in exile")],
    (
        lambda e: recognition("1951-01-01")(e)[0],
        {"RUS → PAK": "1948-05-14", "RUS → PAK (in exile)": "1950"},
    ),
)
case(
    "a government under another spelling",
    [
        recognised("1950", government="Comit\u00e9"),
        RecognitionWithdrawn(
            by="RUS", on="PAK", when="1960",
            government=unicodedata.normalize("NFD", "COMIT\u00c9"),
        ),
    ],
    (lambda e: recognition("1961-01-01")(e)[0], {}),
    (kinds(*PAIR), []),
)  # fmt: skip
case(
    "withdrawn and never extended",
    [RecognitionWithdrawn(by="RUS", on="PAK", when="1960")],
    (kinds(*PAIR), ["ends-nothing"]),
)

# Deals

WAY: dict[str, Any] = {"deal": "urals", "buyer": "PAK", "seller": "RUS"}


def amount(number: int, unit: str = "TNE") -> Quantity:
    return Quantity(Decimal(number), unit)


def ordered(number: int) -> Event:
    return DealSigned(**WAY, when="2023-01-01", quantity=amount(number))


def delivered(name: str, quantity: Quantity | None, when: str = "2023-03-01") -> Event:
    return ShipmentDelivered(**WAY, shipment=name, when=when, quantity=quantity)


def remaining(on: str = "2023-12-31") -> Ask:
    return lambda engine: engine.state(*PAIR, on=on).deals[0].remaining


row("100 TNE ordered, 60,000 KGM delivered; a delivery of unknown amount: not known, a finding")
case(
    "as in the row",
    [ordered(100), delivered("a", amount(60_000, "KGM"))],
    (remaining(), {"TNE": None}),
    (remaining("2023-02-01"), {"TNE": 100}),
    (kinds(*PAIR), ["amounts-incomparable"]),
)
case(
    "an unknown amount",
    [ordered(100), delivered("a", amount(60)), delivered("b", None)],
    (remaining(), {"TNE": None}),
    (kinds(*PAIR), ["amounts-incomparable"]),
)
case(
    "the same unit",
    [ordered(100), delivered("a", amount(60)), delivered("b", amount(15))],
    (remaining(), {"TNE": 25}),
    (kinds(*PAIR), []),
)
case(
    "amended to the other unit",
    [
        ordered(100),
        DealAmended(**WAY, when="2023-02-01", quantity=amount(100_000, "KGM")),
        delivered("a", amount(60_000, "KGM")),
    ],
    (remaining(), {"KGM": 40_000}),
    (kinds(*PAIR), []),
)

row("buyer and seller swapped; planned_for before when; a mission closed never opened; restored")
case(
    "buyer and seller swapped between deal and shipment",
    [
        ordered(100),
        ShipmentDelivered(
            deal="urals", shipment="a", buyer="RUS", seller="PAK", when="2023-03-01",
            quantity=amount(1),
        ),
    ],
    (kinds(*PAIR), ["roles-swapped"]),
)  # fmt: skip
case(
    "buyer and seller swapped in an amendment",
    [ordered(100), DealAmended(deal="urals", buyer="RUS", seller="PAK", when="2023-03-01")],
    (kinds(*PAIR), ["roles-swapped"]),
)
case(
    "a meeting planned for a day before its announcement",
    [MeetingScheduled(meeting="m", parties=PAIR, when="2023-06-18", planned_for="2023-06-17")],
    (kinds(*PAIR), ["planned-before-announced"]),
)
case(
    "a shipment planned for a day before its announcement",
    [
        ordered(100),
        ShipmentScheduled(**WAY, shipment="a", when="2023-06-18", planned_for="2023-05"),
    ],
    (kinds(*PAIR), ["planned-before-announced"]),
)
case(
    "a plan that may lie after its announcement is none",
    [MeetingScheduled(meeting="m", parties=PAIR, when="2023-06-18", planned_for="2023-06")],
    (kinds(*PAIR), []),
)
case(
    "a mission closed that was never opened",
    [closed("embassy", "1979")],
    (kinds(*PAIR), ["ends-nothing"]),
)
case(
    "restored but never severed",
    [founded("1948"), restored("1979")],
    (kinds(*PAIR), ["out-of-place"]),
    (relations(*PAIR, on="1980-01-01"), "established"),
)
case(
    "suspended twice",
    [
        DealSigned(**WAY, when="2023-01-01"),
        DealSuspended(**WAY, when="2023-02-01"),
        DealSuspended(**WAY, when="2023-03-01"),
    ],
    (kinds(*PAIR), ["out-of-place"]),
)
case(
    "announced twice",
    [DealAnnounced(**WAY, when="2023-01-01"), DealAnnounced(**WAY, when="2023-02-01", note="x")],
    (lambda e: e.state(*PAIR, on="2023-12-31").deals[0].since, "2023-01-01"),
)
case(
    "a mission moved that was never opened",
    [MissionMoved(**SENT, when="1959", city="Islamabad")],
    (kinds(*PAIR), ["out-of-place"]),
    (missions(*PAIR, on="1960-01-01"), [("", "Islamabad")]),
)

# Rounds


def due(on: str = "2023-01-01") -> Ask:
    return lambda engine: engine.state(*PAIR, on=on).series["bpc"].due


row("years only (2020, 2022): due in 2024")
for whens, right in (
    (("2020", "2022"), "2024"),
    (("2021-03", "2022-03"), "2023-03"),
    (("2021-06-20", "2022-06-20"), "2023-06-20"),
    (("2018", "2020-05-01", "2022"), "2024"),
):
    case(
        ", ".join(whens),
        [held(f"r{n}", when, series="bpc", round=n) for n, when in enumerate(whens, start=1)],
        (due(), right),
    )
case(
    "not overdue before the year is over",
    [held("a", "2020", series="bpc", round=1), held("b", "2022", series="bpc", round=2)],
    (lambda e: e.state(*PAIR, on="2024-12-31").series["bpc"].overdue, False),
    (lambda e: e.state(*PAIR, on="2025-01-01").series["bpc"].overdue, True),
)

row("SUN in 2020, SSD in 1950: a finding; strict refuses")
OUTSIDE: Made = [
    held("m", "2020-01-01", ("PAK", "SUN")),
    held("m", "1950-01-01", ("SSD", "USA")),
    held("m", "1995-01-01", ("DDR", "USA")),
    founded("1946-01-01", ("PAK", "USA")),
    said("x", "1990-01-01").replace(by="KAZ", parties=("KAZ", "PAK"), id=""),
]
for outside in OUTSIDE:
    found = kinds(*outside.parties, on="2024-01-01"), ["party-not-existing"]
    case(outside.relationship, [outside], found)
case(
    "a year of which a part lies within its existence",
    [held("m", "1991", ("PAK", "SUN")), held("n", "2011", ("SSD", "USA"))],
    (kinds("PAK", "SUN"), []),
    (kinds("SSD", "USA"), []),
)

row("ProvisionallyApplied 2017, InForce 2017-09-21; in 2019: in force")
case(
    "as in the row",
    [
        AgreementProvisionallyApplied(**TWO, when="2017"),
        AgreementInForce(**TWO, when="2017-09-21"),
    ],
    (agreement(*PAIR, on="2019-01-01"), ("in-force", "2017-09-21")),
    (undetermined(*PAIR, on="2017-10-01"), []),
    (kinds(*PAIR), []),
)
case(
    "signed, ratified, applied and in force, all in one year",
    [
        AgreementSigned(**TWO, when="2017"),
        AgreementRatified(**TWO, by="PAK", when="2017"),
        AgreementProvisionallyApplied(**TWO, when="2017"),
        AgreementInForce(**TWO, when="2017"),
    ],
    (lambda e: agreement(*PAIR, on="2019-01-01")(e)[0], "in-force"),
    (kinds(*PAIR), []),
)
case(
    "application ends before it is in force",
    [
        AgreementProvisionallyApplied(**TWO, when="2010"),
        ProvisionalApplicationEnded(**TWO, when="2012"),
        AgreementInForce(**TWO, when="2017-09-21"),
    ],
    (agreement(*PAIR, on="2015-01-01"), None),
    (agreement(*PAIR, on="2019-01-01"), ("in-force", "2017-09-21")),
    (kinds(*PAIR), []),
)

# Rival accounts

row("a meeting told of PAK–SUN and of PAK–RUS, or of CHN–PAK–RUS and PAK–RUS: rivals on PAK–RUS")


def entries(*parties: str) -> Ask:
    """How many accounts each entry of a timeline has."""
    return lambda engine: [len(entry.accounts) for entry in engine.timeline(*parties)]


case(
    "PAK–SUN and PAK–RUS",
    [held("m", "1991-06-01", ("PAK", "SUN")), held("m", "1991-06-01", confidence=0.5)],
    (entries(*PAIR), [2]),
)
case(
    "CHN–PAK–RUS and PAK–RUS",
    [held("m", "2020-06-01", ("CHN", "PAK", "RUS")), held("m", "2020-06-02")],
    (entries(*PAIR), [2]),
    (entries("CHN", "PAK"), [1]),
    (kinds(*PAIR), ["accounts-differ"]),
)
case(
    "of parties of which none contains the other",
    [held("m", "2020-06-01", ("CHN", "PAK")), held("m", "2020-06-02", ("CHN", "RUS"))],
    (entries("CHN", "PAK"), [1]),
    (entries("CHN", "RUS"), [1]),
)
case(
    "a cargo counts once",
    [
        ordered(100),
        delivered("a", amount(40)),
        delivered("a", amount(40)).replace(parties=("AFG", "PAK", "RUS")),
    ],
    (remaining(), {"TNE": 60}),
    (lambda e: e.state(*PAIR, on="2023-12-31").deals[0].deliveries, 1),
)

row('agreements("PAK") with a treaty of three: once, with the parties it binds')


def listed(*parties: str, on: str = "2020-01-01") -> Ask:
    return lambda engine: [
        (a.relationship, a.agreement, a.binds) for a in engine.agreements(*parties, on=on)
    ]


case(
    "as in the row",
    in_force,
    (listed("PAK"), [("CHN-PAK-RUS", "treaty", ("CHN", "PAK", "RUS"))]),
    (listed(), [("CHN-PAK-RUS", "treaty", ("CHN", "PAK", "RUS"))]),
)
case(
    "one has left",
    [*in_force, AgreementTerminated(**THREE, by="CHN", when="2015-01-01")],
    (listed("PAK"), [("PAK-RUS", "treaty", PAIR)]),
    (listed("CHN"), []),
)
case(
    "one of two and one of three",
    [*in_force, AgreementInForce(**TWO, when="2010")],
    (listed("PAK"), [("CHN-PAK-RUS", "treaty", ("CHN", *PAIR)), ("PAK-RUS", "defence", PAIR)]),
)

row("missions in an archive that says nothing of relations: no findings")
case("an embassy", [EMBASSY], (kinds(*PAIR), []))
case(
    "with envoys, other levels and a closing",
    [EMBASSY, CONSULATE, KHAN, closed("embassy", "2001")],
    (kinds(*PAIR), []),
)
case(
    "relations were severed while it certainly stands",
    [founded("1948"), EMBASSY, severed("1970")],
    (kinds(*PAIR), ["mission-without-relations"]),
)
case(
    "relations were severed while an interests section stands",
    [founded("1948"), opened("interests-section", "1971", "Moscow"), severed("1970")],
    (kinds(*PAIR), []),
)

# Tone

row("CAMEO code 1213, absent from the weights' table: so, and said in the answer")


def coded(code: str, **fields: Any) -> Event:
    return InteractionCoded(
        scheme="cameo", code=code, source="PAK", target="RUS", when="2023-06-20", **fields
    )


case(
    "as in the row",
    [coded("1213")],
    (lambda e: e.state(*PAIR, on="2024-01-01").tone.inherited, 1),
    (lambda e: e.tone(*PAIR)[0].coded.inherited, 1),
)
case(
    "a code of the table",
    [coded("057")],
    (lambda e: e.state(*PAIR, on="2024-01-01").tone.inherited, 0),
)
case(
    "one of each",
    [coded("057"), coded("1213")],
    (lambda e: e.state(*PAIR, on="2024-01-01").tone.inherited, 1),
)

row("an embassy and a consulate-general of one sender in one city: both")
case(
    "as in the row",
    [EMBASSY, opened("consulate-general", "1990", "Moscow")],
    (missions(*PAIR, on="2000-01-01"), [("embassy", "Moscow"), ("consulate-general", "Moscow")]),
)
case(
    "one of them closes",
    [EMBASSY, opened("consulate-general", "1990", "Moscow"), closed("embassy", "1999", "Moscow")],
    (missions(*PAIR, on="2000-01-01"), [("consulate-general", "Moscow")]),
    (kinds(*PAIR), []),
)
case(
    "two missions to one organisation in two cities",
    [NEW_YORK, GENEVA],
    (missions("PAK", "un", "1960-01-01"), [(UN["level"], "Geneva"), (UN["level"], "New York")]),
)
case(
    "the consulate is raised, and not the embassy",
    [
        EMBASSY,
        opened("consulate", "1990", "Moscow"),
        MissionLevelChanged(**SENT, when="1995", level="consulate-general"),
    ],
    (missions(*PAIR, on="2000-01-01"), [("embassy", "Moscow"), ("consulate-general", "Moscow")]),
    (kinds(*PAIR), []),
)

row("timeline(since=2023-06-21, until=2023-06-22) with a meeting 2023-06-20/2023-06-25: present")
GOING_ON = held("m", "2023-06-20/2023-06-25", id="m")
case(
    "as in the row",
    [GOING_ON],
    (timeline(*PAIR, since="2023-06-21", until="2023-06-22"), ["m"]),
    (timeline(*PAIR, since="2023-06-25"), ["m"]),
    (timeline(*PAIR, since="2023-06-26"), []),
    (timeline(*PAIR, until="2023-06-19"), []),
)
case(
    "a measure with an end",
    [imposed("2014/2016", id="x")],
    (timeline(*PAIR, since="2015-06-01", until="2015-07-01"), ["x"]),
    (timeline(*PAIR, since="2017-01-01"), []),
)
case(
    "its end is open",
    [aligned("opposed", "1979/..").replace(id="x")],
    (timeline(*PAIR, since="2015-06-01", until="2015-07-01"), ["x"]),
)


# Each case, recorded in each way

Way = Literal["as told", "backwards", "shuffled", "materialized"]
WAYS: tuple[Way, ...] = ("as told", "backwards", "shuffled", "materialized")


def recorded(events: Made, way: Way) -> TimelineEngine:
    """An engine on which the events were recorded in some order."""
    told = list(events)
    if way == "backwards":
        told.reverse()
    elif way == "shuffled":
        Random(len(events)).shuffle(told)
    if way != "materialized":
        return given(*told)
    engine = comity.open(":memory:", clock=Clock(), settings=closely(1))
    engine.materialize(comity.StateProjection())
    for event in told:
        engine.append(event)
        engine.state(*event.parties[:2], on="2023-12-31")
    return engine


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("each", CASES, ids=[each.name for each in CASES])
def test_what_was_recorded_has_the_right_answer(each: Case, way: Way) -> None:
    with recorded(each.events, way) as engine:
        assert each.ask(engine) == each.right


@pytest.mark.parametrize("told", OUTSIDE, ids=lambda event: event.relationship)
def test_sun_in_2020_ssd_in_1950_strict_refuses(told: Event) -> None:
    engine = given()
    with pytest.raises(IncoherentHistory, match="did not exist"):
        engine.append(told, strict=True)
    assert list(engine.events()) == []


def test_meeting_held_usa_zar_2005_strict_accepts() -> None:
    engine = given()
    engine.append(held("m", "2005-03-01", ("USA", "ZAR")), strict=True)
    assert len(engine.timeline("COD", "USA")) == 1


# What is appended


def test_append_with_recorded_at_2203_under_a_clock_of_2026_is_refused() -> None:
    engine = comity.open(":memory:", clock=Clock(datetime(2026, 1, 1, tzinfo=UTC)))
    with pytest.raises(RecordedTimeInFuture):
        engine.append(severed("1979"), recorded_at="2203-01-01")
    assert list(engine.events()) == []


def test_correct_a_to_b_and_b_to_a_then_a_stands() -> None:
    a, b = severed("1979"), severed("1980")
    engine = given(founded("1948-05-01"), a)
    engine.correct(a.id, b, "a slip")
    engine.correct(b.id, a, "no slip after all")
    assert a.id in timeline(*PAIR)(engine)
    assert b.id not in timeline(*PAIR)(engine)


def test_append_what_was_retracted_says_that_it_is_retracted_by_which_act_and_why() -> None:
    a = severed("1979")
    engine = given(a)
    [act] = engine.retract(a.id, "a forgery").ids
    receipt = engine.append(a)
    assert receipt.duplicates == (a.id,)
    [gone] = receipt.retracted
    assert (gone.id, gone.act, gone.reason) == (a.id, act, "a forgery")
    assert timeline(*PAIR)(engine) == []
    engine.reinstate(a.id, "it is genuine")
    assert timeline(*PAIR)(engine) == [a.id]


def test_retract_correct_prefer_take_the_archives_own_times() -> None:
    a, b = held("m", "1979-01-01"), held("m", "1979-01-02")
    engine = given()
    engine.append(a, b, recorded_at="1980-01-01")
    engine.prefer(a.id, "the better source", recorded_at="1981-01-01")
    engine.retract(b.id, "a forgery", recorded_at="1982-01-01")
    engine.correct(a.id, held("m", "1979-01-03"), "a slip", recorded_at="1983-01-01")
    assert [r.recorded_at.year for r in engine.events()] == [1980, 1980, 1981, 1982, 1983, 1983]


# What parties are called


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("GDR", "DDR"),
        ("FRG", "DEU"),
        ("PSR", "PSE"),
        ("SMOM", "smom"),
        ("Pakistan", "PAK"),
        ("Russia", "RUS"),
    ],
)
def test_a_code_that_is_refused_suggests_the_one_that_is_meant(told: str, meant: str) -> None:
    with pytest.raises(UnknownParty) as refused:
        given().state(told, "USA")
    assert refused.value.suggestions == [meant]
    assert meant in str(refused.value)


def test_comity_state_pakistan_russia_suggests_pak_and_rus() -> None:
    with pytest.raises(UnknownParty, match="PAK for 'Pakistan', RUS for 'Russia'"):
        given().state("Pakistan", "Russia")


def test_comity_parties_find_looks_codes_up() -> None:
    assert [party.code for party in comity.find_parties("South Vietnam")] == ["XVS"]
    assert "PAK" in [party.code for party in comity.find_parties("pakistan")]
