"""Views of a period agree with a simple implementation of each, for every catalogue of events."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn, SearchStrategy

from comity import (
    AgreementSigned,
    AnniversaryMarked,
    DealAnnounced,
    DealResumed,
    DealSigned,
    DealSuspended,
    Event,
    InteractionCoded,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
    RelationsEstablished,
    RelationshipState,
    TimelineEngine,
)
from comity.domain.codelists.goldstein import QUAD_NAMES, goldstein, quad_class
from comity.domain.events import RecordKeeping
from comity.domain.time.dates import bounds, span
from comity.projections.views.tone import PERIODS, TonePeriod
from tests import oracle
from tests.effort import UNMEASURED
from tests.oracle import Logged
from tests.oracle_answers import STATUS
from tests.oracle_statuses import Statuses
from tests.oracle_time import ends_told
from tests.oracle_time import folded as as_compared
from tests.stores import LASTING, STORES, examples_on, opened
from tests.strategies import (
    EDTF_FORMS,
    KINDS,
    MANY_SIDED,
    MIXED,
    RELATIONSHIPS,
    VIEWS,
    catalogues,
    dates,
    facts_of,
    without_ends,
)

pytestmark = UNMEASURED

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


PAIRS = RELATIONSHIPS[:2]
ENDED = (("PAK", "SUN"), ("DDR", "PAK"))
"""Pairs with a party that ended: one that another continues, and one that none does."""
WHENS = st.one_of(*(EDTF_FORMS[form] for form in ("day", "day", "day", "month", "year")))
BEFORE_ENDS = st.sampled_from(
    ("1988-10-04", "1989-10-02", "1990-10-02", "1990-10-03", "1990-12-26", "1990-12", "1991-12-25")
)
"""Days shortly before a party of `ENDED` did, and on the day itself."""
FOUNDED = (
    ("relations-established", "relations-established", "relations-severed", "relations-restored"),
    ("agreement-signed", "agreement-signed", "agreement-amended", "agreement-denounced",
     "agreement-terminated", "agreement-suspended"),
    ("meeting-held", "deal-announced", "deal-signed", "deal-suspended", "deal-resumed",
     "relations-established", "agreement-signed", "anniversary-marked", "anniversary-marked"),
)  # fmt: skip
PLANNED = (
    ("meeting-scheduled", "meeting-scheduled", "meeting-rescheduled", "meeting-held",
     "meeting-cancelled"),
    ("shipment-scheduled", "shipment-scheduled", "shipment-delivered", "deal-ended"),
    ("agreement-signed", "agreement-amended", "agreement-in-force", "agreement-denounced",
     "agreement-terminated"),
    ("relations-established", "meeting-held", "meeting-held"),
    ("relations-established", "agreement-signed", "agreement-in-force", "meeting-held",
     "anniversary-marked", "anniversary-marked"),
)  # fmt: skip
"""Kinds that bear on each other, the commoner the more often they are named."""


@contextmanager
def recorded(store: str, events: Sequence[Event]) -> Generator[tuple[TimelineEngine, list[Logged]]]:
    """An engine that holds `events`, and what its log holds by the test's own count."""
    with opened(store, clock=lambda: NOW) as engine:
        positions = engine.append(*events).positions
        yield engine, [Logged(*each, NOW) for each in zip(events, positions, strict=True)]


class Asked(NamedTuple):
    """A question about a period: the parties, the first and last day, the position known."""

    parties: tuple[str, ...]
    first: date
    last: date
    known_at: int


def feasts(parties: tuple[str, ...], whens: SearchStrategy[str]) -> SearchStrategy[Event]:
    """Anniversaries that the parties marked."""
    return st.builds(
        AnniversaryMarked,
        parties=st.just(parties),
        when=whens,
        years=st.integers(1, 3),
        of=st.sampled_from(("relations", "m1", "d1", "a1")),
    )


@st.composite
def histories(draw: DrawFn, areas: Sequence[Sequence[str]]) -> list[Event]:
    """What happened in a few years between few, mostly without disputes: enough to come true."""
    tags = draw(st.sampled_from(areas))
    if draw(st.sampled_from((False, False, False, True))):
        return draw(catalogues(10, tags, MIXED, (*RELATIONSHIPS[:3], *MANY_SIDED[:1]), ends=False))
    pairs, whens = draw(st.sampled_from(((PAIRS, WHENS), (ENDED, BEFORE_ENDS))))
    kind = st.sampled_from(tags).map(KINDS.__getitem__)
    facts = kind.flatmap(
        lambda kind: (
            feasts(pairs[0], whens) if kind is AnniversaryMarked else facts_of(kind, pairs, whens)
        )
    )
    drawn = draw(st.lists(facts, min_size=2, max_size=9, unique_by=lambda event: event.id))
    return sorted(drawn, key=lambda event: event.id)


@st.composite
def questions(draw: DrawFn, log: Sequence[Logged]) -> Asked:
    """A question about the years after some event or a party's end, mostly as known now."""
    about = draw(st.sampled_from([entry.event for entry in log if entry.event.when]))
    timelines = [parties for parties in VIEWS if oracle.on_timeline(about, parties)]
    near = min(max(bounds(about.when).latest, date(1985, 1, 1)), date(2030, 1, 1))
    ends = [last for code in about.parties if (last := oracle.existed_until(code))]
    near = draw(st.sampled_from([near, *ends]))
    first = near + draw(st.sampled_from((0, 1, 200, 366, 1000, -200))) * DAY
    last = first + draw(st.sampled_from((1000, 1000, 365, 30, 1, 0))) * DAY
    newest = draw(st.sampled_from((True, True, True, False)))
    known_at = len(log) if newest else draw(st.integers(0, len(log)))
    return Asked(draw(st.sampled_from(timelines or VIEWS)), first, last, known_at)


# Anniversaries


def falls(founded: str, year: int) -> str:
    """As precise as the founding; the 28th of February where there is no 29th."""
    earliest, latest = bounds(founded)
    if earliest == latest:
        try:
            return earliest.replace(year=year).isoformat()
        except ValueError:
            return f"{year}-02-28"
    return f"{year}-{earliest:%m}" if f"{earliest:%Y-%m}" == f"{latest:%Y-%m}" else str(year)


def there_is(log: Sequence[Logged], query: Asked, on: date, day: date) -> dict[str, Event]:
    """What there is on `day` that has anniversaries, by all that is known to be so `on` a day.

    That a party is no more by then is known on every day; so nothing of it is left.
    """
    lasts = [oracle.existed_until(party) for party in query.parties]
    if any(last is not None and last < day for last in lasts):
        return {}
    timeline = oracle.timeline(log, query.parties, query.known_at)
    folded = oracle.selected_of(timeline, min(on, day), "certain").folded
    by_the_end = oracle.selected_of(timeline, on, "certain").folded
    that_day, known = (oracle.day(timeline, each, "certain") for each in (day, min(on, day)))
    collected: dict[str, Event] = {}
    if known["relations"]["status"] in ("established", "suspended"):
        since = known["relations"]["established"]
        own = timeline.lives["relations",]
        coherent = [timeline.events[id] for id in own.ids if id not in own.incoherent]
        beginnings = [e for e in coherent if isinstance(e, RelationsEstablished)]
        beginnings = [e for e in beginnings if e.when == since and e in folded]
        collected |= dict(zip(["relations"], beginnings[-1:], strict=False))
    spelled: dict[str, str] = {}
    for event in folded:
        if name := getattr(event, "agreement", ""):
            spelled.setdefault(as_compared(name), name)
    for event in folded:
        if isinstance(event, AgreementSigned):
            key = as_compared(event.agreement)
            status = that_day["agreements"].get(key, {}).get("status", "")
            if status in STATUS:
                collected.setdefault(spelled[key], event)
    for of in {event.of for event in by_the_end if isinstance(event, AnniversaryMarked)}:
        if beginning := first_of(of, folded):
            collected[of] = beginning
    return collected


def first_of(name: str, folded: Sequence[Event]) -> Event | None:
    """The first time that a meeting was held, or that a deal was announced or signed."""
    on_hold = False
    for event in folded:
        if isinstance(event, MeetingHeld) and as_compared(event.meeting) == as_compared(name):
            return event
        if as_compared(getattr(event, "deal", "")) == as_compared(name):
            on_hold = isinstance(event, DealSuspended) or (
                on_hold and not isinstance(event, DealResumed)
            )
            if isinstance(event, DealSigned) or (isinstance(event, DealAnnounced) and not on_hold):
                return event
    return None


def turning_days(log: Sequence[Logged]) -> set[date]:
    """The days on which what there is can change, and the days after."""
    texts = [entry.event.when for entry in log]
    texts += [getattr(entry.event, "expires", "") for entry in log]
    texts += [getattr(entry.event, "effective", "") for entry in log]
    days = {day for text in texts if text for day in (*bounds(text), *span(text))}
    return days | {day + DAY for day in days if day < date.max}


def anniversaries(log: Sequence[Logged], query: Asked, on: date) -> set[tuple[str, str, int, str]]:
    """What each is of, its founding, the years, and when it falls."""
    turning = turning_days(log)
    collected: set[tuple[str, str, int, str]] = set()
    for year in range(query.first.year, query.last.year + 1):
        texts = {entry.event.when for entry in log if entry.event.when}
        spans = {bounds(falls(text, year)) for text in texts}
        days = {day for span in spans for day in {span.earliest, query.first, *turning}}
        for day in days:
            if not (query.first <= day <= query.last and day.year == year):
                continue
            for of, event in there_is(log, query, on, day).items():
                earliest, latest = bounds(event.when)
                text = falls(event.when, year)
                if earliest.year == latest.year < year and in_it(day, text):
                    collected.add((of, event.id, year - latest.year, text))
    return collected


def in_it(day: date, text: str) -> bool:
    return bounds(text).earliest <= day <= bounds(text).latest


def marked(log: Sequence[Logged], query: Asked, of: str, years: int) -> str:
    """When it was last celebrated by the end of the period."""
    folded = oracle.selected(log, query.parties, query.last, query.known_at, "certain").folded
    feasts = [
        e for e in folded if isinstance(e, AnniversaryMarked) and (e.of, e.years) == (of, years)
    ]
    return feasts[-1].when if feasts else ""


@examples_on(STORES, 40, few=LASTING, events=histories(FOUNDED), data=st.data())
def test_anniversaries_are_those_of_what_there_was_on_their_own_day(
    store: str, events: list[Event], data: DataObject
) -> None:
    # Without ends told in advance, which `test_engine_against_lives` compares.
    events = list({event.id: event for event in map(without_ends, events)}.values())
    with recorded(store, events) as (engine, log):
        query = data.draw(questions(log))
        answer = engine.anniversaries(
            *query.parties, since=query.first, until=query.last, known_at=query.known_at
        )
        actual = [(item.of, item.event, item.years, item.falls) for item in answer]
        assert len(actual) == len(set(actual))
        assert set(actual) == anniversaries(log, query, query.last)
        for item in answer:
            assert item.marked == marked(log, query, item.of, item.years)
            assert item.round == (item.years in {5, 10, 25, 50, 75, 100})
        assert answer == tuple(sorted(answer, key=lambda item: bounds(item.falls)))


# The agenda


def planned(day: Statuses) -> Iterator[tuple[str, str, str]]:
    """The meetings and shipments that are to come, and for when they are planned."""
    for name, (status, plan) in day["meetings"].items():
        if status == "scheduled":
            yield "meeting", name, plan
    for (deal, name), (status, plan) in day["shipments"].items():
        if status == "scheduled" and not day["ended"] and day["deals"].get(deal) != "ended":
            yield "shipment", f"{deal}/{name}", plan


def compared(kind: str, name: str) -> str:
    """The name of a meeting or shipment as names are compared: the oracle knows no other."""
    return as_compared(name) if kind in {"meeting", "shipment"} else name


def endings(state: RelationshipState) -> Iterator[tuple[str, str, str]]:
    """When the agreements that stand end, by what was told in advance."""
    for agreement in (each for those in state.agreements.values() for each in those):
        yield "expiry", agreement.agreement, "" if agreement.renews else agreement.expires
        for effective in agreement.denounced.values():
            yield "notice", agreement.agreement, effective


@examples_on(STORES, 40, few=LASTING, events=histories(PLANNED), data=st.data())
def test_the_agenda_is_what_is_planned_and_has_not_come(
    store: str, events: list[Event], data: DataObject
) -> None:
    with recorded(store, events) as (engine, log):
        query = data.draw(questions(log))
        on = data.draw(st.just(query.first) | dates())
        parties, known_at = query.parties, query.known_at
        agenda = engine.agenda(
            *parties, since=query.first, until=query.last, on=on, known_at=known_at
        )
        folded = oracle.selected(log, parties, on, known_at, "certain").folded
        timeline = oracle.timeline(log, parties, known_at)
        state = engine.state(*parties, on=on, known_at=known_at)
        plans = list(planned(oracle.day(timeline, on, "certain")))
        points = [*plans, *endings(state)]
        announced = {name for kind, name, _ in plans if kind == "meeting"}
        series = {e.series for e in folded if isinstance(e, MeetingScheduled | MeetingRescheduled)
                  if e.meeting in announced}  # fmt: skip
        due = [("round", s.series, s.due) for s in state.series.values() if s.series not in series]
        expected: set[tuple[str, str, str, bool]] = set()
        for kind, what, when in [*points, *due]:
            if when:
                earliest, latest = bounds(when) if kind == "notice" else span(when)
                late = kind in {"meeting", "shipment", "round"} and latest < on
                if earliest <= query.last and (late or query.first <= latest):
                    expected.add((kind, compared(kind, what), when, late))
        answer = [
            (item.kind, compared(item.kind, item.what), item.when, item.overdue) for item in agenda
        ]
        if any(event.when and ends_told(event) for event in events):
            # How long that lasts of which an anniversary is, `test_engine_against_lives` compares.
            answer = [point for point in answer if point[0] != "anniversary"]
        else:
            expected |= {
                ("anniversary", of, text, False) for of, _, _, text in anniversaries(log, query, on)
            }
        assert set(answer) == expected
        assert [item.days for item in agenda] == sorted(item.days for item in agenda)
        year_after = min(on, date.max - 366 * DAY) + 366 * DAY
        coming = engine.agenda(*parties, since=on, until=year_after, on=on, known_at=known_at)
        assert {(each.of, each.falls) for each in state.next_anniversaries} <= {
            (item.what, item.when) for item in coming if item.kind == "anniversary"
        }


# Tone


def shortest(by: TonePeriod, event: Event) -> str:
    """The month, quarter, year or decade, or whichever is longer, in which it must have been."""
    first, last = (day.isoformat() for day in bounds(event.when))
    quarters = {f"{day[:4]}-{32 + -(-int(day[5:7]) // 3)}" for day in (first, last)}
    if by == "quarter" and len(quarters) == 1:
        return quarters.pop()
    forms = [(7, ""), (4, ""), (4, ""), (3, "X")][PERIODS.index(by) :]
    return next((first[:n] + rest for n, rest in forms if first[:n] == last[:n]), "")


def mean(codes: Sequence[tuple[str, str]]) -> Decimal | None:
    weights = [weight for code in codes if (weight := goldstein(*code)) is not None]
    total = sum(weights, Decimal(0)) / max(len(weights), 1)
    return total.quantize(Decimal("0.001"), ROUND_HALF_EVEN) if weights else None


@examples_on(STORES, 40, few=LASTING, events=catalogues(14, ends=False), data=st.data())
def test_tone_is_what_counting_gives(store: str, events: list[Event], data: DataObject) -> None:
    with recorded(store, events) as (engine, log):
        parties, first, last, known_at = data.draw(questions(log))
        by: TonePeriod = data.draw(st.sampled_from(PERIODS))
        tone = engine.tone(*parties, since=first, until=last, by=by, known_at=known_at)
        coded: dict[str, list[tuple[str, str]]] = {}
        ours: dict[str, list[tuple[str, str]]] = {}
        for event in oracle.timeline(log, parties, known_at).events.values():
            if bounds(event.when).latest < first or bounds(event.when).earliest > last:
                continue
            if isinstance(event, InteractionCoded):
                coded.setdefault(shortest(by, event), []).append((event.scheme, event.code))
            elif code := event.tone_code():
                ours.setdefault(shortest(by, event), []).append(("cameo", code))
        assert {item.period for item in tone} == coded.keys() | ours.keys()
        for item in tone:
            for codes, reading in ((coded, item.coded), (ours, item.recorded)):
                answer = codes.get(item.period, [])
                quads = [quad_class(*code) or 0 for code in answer]
                assert reading.events == len(answer)
                assert reading.cooperation == quads.count(1) + quads.count(2)
                assert reading.conflict == quads.count(3) + quads.count(4)
                assert reading.by_quad_class == {
                    name: quads.count(number)
                    for number, name in QUAD_NAMES.items()
                    if number in quads
                }
                assert reading.mean_goldstein == mean(answer)
                assert {scale.partition(" ")[0] for scale in reading.scales} == {
                    s for s, _ in answer
                }


# What was learned


def bears(log: Sequence[Logged], event: Event, parties: Sequence[str], on: date) -> bool:
    """Whether it, what it is about, or a rival of that, can have become true by the day."""
    while isinstance(event, RecordKeeping):
        event = next(entry.event for entry in log if entry.event.id == event.target)
    facts = [entry for entry in log if not isinstance(entry.event, RecordKeeping)]
    tellings = oracle.accounts(facts, event, parties)  # the retracted among them
    return oracle.on_timeline(event, tuple(parties)) and any(
        bounds(telling.when).earliest <= on for telling in tellings
    )


@examples_on(STORES, 40, few=LASTING, events=catalogues(14, ends=False), data=st.data())
def test_what_was_learned_is_what_was_recorded_in_between_and_explains_every_change(
    store: str, events: list[Event], data: DataObject
) -> None:
    with recorded(store, events) as (engine, log):
        about = data.draw(st.sampled_from([entry.event for entry in log if entry.event.when]))
        on = data.draw(st.sampled_from(bounds(about.when)) | dates())
        edges = st.integers(0, len(log))
        then, now = sorted((data.draw(edges), data.draw(edges)))
        answer = {
            learned_item.relationship: learned_item
            for learned_item in engine.learned(known_at=(then, now), on=on)
        }
        assert list(answer) == sorted(answer)
        acting = {
            getattr(entry.event, "by", "") for entry in log if hasattr(entry.event, "agreement")
        }
        for pair in engine.world(on=on):
            parties = tuple(pair.split("-"))
            if acting.intersection(parties):
                # What a party did alone on an agreement belongs to the pair once the agreement
                # does, be that told of a later day.
                continue
            records = [
                entry.position
                for entry in log
                if then < entry.position <= now and bears(log[:now], entry.event, parties, on)
            ]
            changes = engine.diff(pair, on=on, known_at=(then, now))
            if pair in answer:
                assert [record.position for record in answer[pair].records] == records != []
                assert answer[pair].changes == changes
            else:
                assert records == []
                assert changes == ()
        assert answer.keys() <= engine.world(on=on).keys()
        for parties in VIEWS:
            named = engine.learned(*parties, known_at=(then, now), on=on)
            assert [item.relationship for item in named] in ([], ["-".join(parties)])
            assert [item for item in named if item.relationship in answer] == [
                item for name, item in answer.items() if name == "-".join(parties)
            ]
