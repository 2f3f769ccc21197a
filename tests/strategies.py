"""Random events and catalogues of them, crowded into few names and years so that they collide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any
from unicodedata import normalize

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from comity.domain.events import (
    CATALOGUE,
    AccountPreferred,
    Event,
    InteractionCoded,
    PaymentMade,
    RecordKeeping,
    RecordRetracted,
)
from comity.domain.events.base import choices
from comity.domain.time.dates import bounds
from comity.domain.values import Money, Quantity, Source
from tests.oracle_lives import subject_of
from tests.oracle_time import ends_told

# The years around the days on which DDR ended and RUS began to continue SUN, and of the dossier.
YEARS = (1989, 1990, 1991, 1992, 1993, 2022, 2023, 2024)
DAYS = (
    "1990-10-02",
    "1990-10-03",
    "1991-12-25",
    "1991-12-26",
    "1992-04-26",
    "1992-04-27",
    "1992-02-29",
    "2023-06-19",
    "2023-06-20",
    "2024-02-29",
)

RELATIONSHIPS = (
    ("PAK", "RUS"),
    ("PAK", "SUN"),
    ("CHN", "PAK", "RUS"),
    ("CHN", "PAK", "SUN"),
    ("PAK", "RUS", "SUN"),
    ("CHN", "RUS"),
    ("IND", "PAK", "imf"),
    ("PAK", "imf"),
    ("RUS", "SUN"),
    ("PAK", "YUG"),
    ("PAK", "SCG"),
    ("CHN", "IND", "PAK", "RUS"),
    ("CHN", "PAK", "RUS", "SUN"),
    ("IND", "PAK", "SUN", "imf"),
    ("DDR", "PAK"),
    ("DDR", "PAK", "RUS"),
    ("PAK", "un"),
)
"""The parties of events, two to four: those of one relationship, mostly, so that events meet."""

MANY_SIDED = tuple(parties for parties in RELATIONSHIPS if len(parties) > 3)

VIEWS = (
    ("PAK", "RUS"),
    ("PAK", "SUN"),
    ("CHN", "RUS"),
    ("CHN", "PAK", "RUS"),
    ("RUS", "SUN"),
    ("PAK", "imf"),
    ("PAK", "SRB"),
    ("CHN", "IND", "PAK", "RUS"),
    ("DDR", "PAK"),
    ("PAK", "un"),
)
"""The relationships that are asked about."""


# Dates


def _days() -> SearchStrategy[str]:
    any_day = st.builds(
        "{:04}-{:02}-{:02}".format,
        st.sampled_from(YEARS),
        st.integers(1, 12),
        st.sampled_from((1, 2, 15, 28)),
    )
    return st.sampled_from(DAYS) | any_day


def _months() -> SearchStrategy[str]:
    return st.builds("{:04}-{:02}".format, st.sampled_from(YEARS), st.sampled_from((1, 2, 6, 12)))


def _years() -> SearchStrategy[str]:
    return st.sampled_from([str(year) for year in YEARS])


def _seasons() -> SearchStrategy[str]:
    return st.builds("{}-{}".format, _years(), st.sampled_from((21, 24, 32, 33, 36, 37, 40, 41)))


def _unspecified() -> SearchStrategy[str]:
    masks = ("198X", "199X", "202X", "19XX", "1991-XX", "1991-1X", "1991-12-XX", "1991-XX-XX",
             "2023-06-2X", "2023-XX-20", "199X-12", "1991S3")  # fmt: skip
    return st.sampled_from(masks)


def _one_of() -> SearchStrategy[str]:
    return st.sampled_from(("[1991-12-25,1991-12-26]", "[1990,1992]", "[2023-06-18..2023-06-20]"))


_TIMES = ("09:00:00Z", "14:30:00Z", "18:00:00+05:00", "18:00:00-03:30", "23:59:59+05:00")


def _moments() -> SearchStrategy[str]:
    """Times of day, some of them within one day and in another order than they are written."""
    return st.builds("{}T{}".format, _days(), st.sampled_from(_TIMES))


def _dates() -> SearchStrategy[str]:
    whole = st.one_of(_days(), _months(), _years(), _seasons())
    qualified = st.builds("{}{}".format, whole, st.sampled_from("?~%"))
    inside = st.sampled_from(("1991?-12", "1991-~12-25", "2023-06-?20"))
    return st.one_of(_days(), whole, _unspecified(), qualified, inside)


def _in_order(ends: tuple[str, str]) -> str:
    first, last = sorted(ends, key=lambda text: bounds(text).earliest)
    return f"{first}/{last}"


def _intervals() -> SearchStrategy[str]:
    closed = st.tuples(_dates(), _dates()).map(_in_order)
    half_open = st.sampled_from(("../{}", "/{}", "{}/..", "{}/"))
    opened = st.builds(str.format, half_open, _dates())
    return st.one_of(closed, opened, st.just("../.."))


EDTF_FORMS: dict[str, SearchStrategy[str]] = {
    "day": _days(),
    "month": _months(),
    "year": _years(),
    "season": _seasons(),
    "unspecified": _unspecified(),
    "date": _dates(),
    "one of": _one_of(),
    "moment": _moments(),
    "interval": _intervals(),
}


def edtf() -> SearchStrategy[str]:
    """EDTF text of every form."""
    return st.sampled_from(sorted(EDTF_FORMS)).flatmap(EDTF_FORMS.__getitem__)


def dates() -> SearchStrategy[date]:
    """Days to ask about: those on which much begins and ends, and some far away."""
    edges = edtf().flatmap(lambda text: st.sampled_from(bounds(text)))
    return edges | st.sampled_from((date(1980, 1, 1), date(2050, 1, 1)))


# Events


def _sources() -> SearchStrategy[tuple[Source, ...]]:
    published = st.sampled_from(("", "", "1992", "2023-06", "2023-06-27", "2023-06-27~"))
    source = st.builds(Source, st.sampled_from(("Dawn", "TASS")), published=published)
    return st.lists(source, max_size=2).map(tuple)


def _ids(*ids: str) -> SearchStrategy[str]:
    return st.sampled_from(ids)


def _spelled(*names: str) -> SearchStrategy[str]:
    """Names of which one refers to what another named: in any Unicode form, and any case."""
    forms = [
        form
        for name in names
        for form in (name, name.upper(), normalize("NFD", name), normalize("NFD", name.upper()))
    ]
    return st.sampled_from(list(dict.fromkeys(forms)))


_AMOUNTS = st.sampled_from((Decimal(0), Decimal("0.5"), Decimal(1), Decimal(50000)))
_QUANTITIES = st.builds(Quantity, _AMOUNTS, st.sampled_from(("TNE", "BLL")))
_MONEY = st.builds(Money, _AMOUNTS, st.sampled_from(("USD", "CNY")))
_TEXTS = st.sampled_from(("", "", "one", "two"))
_CODES = (("cameo", "040"), ("cameo", "1823"), ("cameo", "2099"), ("plover", "CONSULT-visit"),
          ("plover", "SANCTION"))  # fmt: skip

VALUES: dict[str, SearchStrategy[Any]] = {
    # what every event has
    "when": edtf(),
    "sources": _sources(),
    "note": _TEXTS,
    "happening": st.sampled_from(("", "", "", "h1", "h2")),
    "confidence": st.sampled_from((1.0, 1.0, 0.9, 0.5)),
    "id": st.just(""),
    # what names a subject
    "meeting": _ids("m1", "m2") | _spelled("r\u00e9union"),
    "deal": _ids("d1", "d2") | _spelled("bl\u00e9"),
    "shipment": _ids("s1", "s2") | _spelled("\u00e91"),
    "agreement": _ids("a1", "a2") | _spelled("trait\u00e9"),
    "measure": _ids("x1", "x2") | _spelled("\u00e9dit"),
    "aid": _ids("", "aid1", "aid2"),
    "series": _ids("", "igc", "bpc"),
    "mission": _ids("", "", "", "second"),
    "succeeds": _ids("", "", "a1", "a2"),
    "resolution": _ids("r1", "r2"),
    "vote": _ids("for", "against", "abstained"),
    "of": _ids("relations", "a1", "d1", "m1") | _spelled("trait\u00e9"),
    "name": _ids("Shuaib Qureshi", "Danila Ganich") | _spelled("Sylvain Itt\u00e9"),
    "matter": _ids("Kabul", "trade") | _spelled("\u00e9nergie"),
    "city": st.just("") | _spelled("Orl\u00e9ans", "Besan\u00e7on"),
    # numbers, amounts and dates
    "round": st.none() | st.integers(1, 4),
    "years": st.sampled_from((1, 2, 30, 75)),
    "mentions": st.sampled_from((1, 2)),
    "quantity": st.none() | _QUANTITIES,
    "value": st.none() | _MONEY,
    "money": st.none() | _MONEY,
    "currency": st.just(""),
    "planned_for": st.just("") | edtf(),
    "expires": st.just("") | edtf(),
    "effective": st.just("") | edtf(),
    "renews": _ids("", "", "P1Y", "P6M", "P2W"),
    # choices, flags and lists
    "rank": st.just("ambassador"),
    "ad_interim": st.booleans(),
    "pilot": st.booleans(),
    "hs": _ids("", "2709"),
    "protecting_power": _ids("", "", "CHE"),
    "via": st.sampled_from(((), ("AFG",), ("AFG", "KAZ"))),
    "agenda": st.sampled_from(((), ("trade",), ("trade", "Kabul"))),
    "outcomes": st.sampled_from(((), ("a statement",))),
    # words
    **dict.fromkeys(
        ("accredited_from", "amendment", "body", "commodity", "government", "how", "kind",
         "place", "port", "purpose", "reason", "scheme_version", "source_actor", "speaker",
         "stance", "target_actor", "text", "title", "venue"),
        _TEXTS,
    ),
}  # fmt: skip
"""What each field draws from. A new field must be given its place here, or no event is drawn."""

LIKELY = {
    "mission": ("embassy", "legation", "liaison-office", "consulate-general", "permanent-mission"),
}
"""By subject, the levels that are drawn most: of twelve, two events would seldom mean one."""


def _values_of(kind: type[Event], field: str) -> SearchStrategy[Any]:
    if field in kind.needs and field not in choices(kind):
        return VALUES[field].filter(bool)
    if field == "level" and kind.subject in LIKELY:
        return st.sampled_from(LIKELY[kind.subject]) | _any_of(kind, field)
    if field in choices(kind):
        return _any_of(kind, field)
    return VALUES[field]


def _any_of(kind: type[Event], field: str) -> SearchStrategy[Any]:
    """Any value of a closed list."""
    return st.sampled_from(sorted(choices(kind)[field] - {"" if field in kind.needs else None}))


def _together(draw: DrawFn, kind: type[Event], parties: tuple[str, ...]) -> dict[str, Any]:
    """The fields that have to agree with each other or with the parties."""
    values: dict[str, Any] = {"parties": parties}
    for role, code in zip(kind.roles, draw(st.permutations(parties)), strict=False):
        values[role] = code if role in kind.needs else draw(st.sampled_from((code, "")))
    if "heads" in kind.__struct_fields__:
        heads = st.dictionaries(st.sampled_from(parties), _ids("Lavrov", "Bhutto"))
        values["heads"] = draw(heads)
        names = st.sampled_from((("Khan",), ("Khan", "Galuzin")))
        values["delegates"] = draw(st.dictionaries(st.sampled_from(parties), names))
    if kind is InteractionCoded:
        values["scheme"], values["code"] = draw(st.sampled_from(_CODES))
    if kind is PaymentMade:
        values["money"] = draw(VALUES["money"])
        values["currency"] = "" if values["money"] else draw(_ids("CNY", "USD"))
        values["currency"] = values["currency"] or draw(_ids("", values["money"].currency))
    return values


@st.composite
def facts_of(
    draw: DrawFn,
    kind: type[Event],
    relationships: Sequence[tuple[str, ...]] = RELATIONSHIPS,
    whens: SearchStrategy[str] = VALUES["when"],
) -> Event:
    """An event of one kind."""
    values = _together(draw, kind, draw(st.sampled_from(relationships)))
    values["when"] = draw(whens)
    for field in kind.__struct_fields__:
        if field not in values:
            values[field] = draw(_values_of(kind, field))
    return kind(**values)


KINDS = {tag: kind for tag, kind in CATALOGUE.items() if not issubclass(kind, RecordKeeping)}
AREAS = [
    [tag for tag, kind in KINDS.items() if kind.__module__ == module]
    for module in sorted({kind.__module__ for kind in KINDS.values()})
]
"""Kinds that fold into the same parts of a state."""
FACTS: dict[str, SearchStrategy[Event]] = {tag: facts_of(kind) for tag, kind in KINDS.items()}
"""A strategy for every kind that says something about the world."""


@st.composite
def rivals_of(draw: DrawFn, event: Event) -> Event:
    """Another account of the same happening: told otherwise, or told of more or other parties."""
    told = event if event.happening else event.replace(happening="h1", id="")
    differing = st.lists(st.sampled_from(("when", "sources", "confidence", "note")), unique=True)
    changes = {field: draw(VALUES[field]) for field in draw(differing)}
    if not event.roles and draw(st.booleans()):
        changes |= {"parties": draw(_told_of(event.parties))}
        changes |= {"heads": {}} if "heads" in event.__struct_fields__ else {}
    if draw(st.booleans()):
        changes["happening"] = told.happening.upper()
    return told.replace(**changes, id="")


def _told_of(parties: tuple[str, ...]) -> SearchStrategy[tuple[str, ...]]:
    """Parties of a rival account: one more, one fewer, or the Union in the place of Russia."""
    renamed = {"RUS": "SUN", "SUN": "RUS"}
    sets = [{*parties, code} for code in ("CHN", "USA")]
    sets += [{renamed.get(code, code) for code in parties}]
    sets += [{*parties} - {code} for code in parties if len(parties) > 2]
    return st.sampled_from([tuple(sorted(codes)) for codes in sets if len(codes) > 1])


@st.composite
def records_on(draw: DrawFn, event: Event, preferred: bool | None = None) -> RecordKeeping:
    """A retraction of `event` or, where it can have rivals, a preference for it."""
    if preferred is None:
        preferred = draw(st.booleans())
    kind = AccountPreferred if preferred and event.happening else RecordRetracted
    return kind(target=event.id, reason=draw(_ids("r1", "r2")), parties=event.parties)


FACT, RIVAL, PREFERENCE, RETRACTION, UNDOING = (
    "a fact",
    "a rival",
    "preferred",
    "retracted",
    "undone",
)
MIXED = (FACT, FACT, FACT, FACT, RIVAL, RIVAL, PREFERENCE, RETRACTION, UNDOING)
DISPUTED = (RIVAL, RIVAL, RIVAL, PREFERENCE, PREFERENCE, PREFERENCE, RETRACTION, UNDOING, UNDOING)
"""How often each thing is recorded, when things go on and when people argue about one thing."""


OVERLAPPING = 6
"""How many events of one subject can fall on one instant.

The oracle looks at every order that they can have, so more of them would take it minutes; tests of
the engine alone have more.
"""


def without_ends(event: Event) -> Event:
    """The event without an end that it tells in advance.

    How such an end comes is compared in `test_engine_against_lives`: there the engine and the
    oracle are known to differ in a few histories.
    """
    if not event.when:
        return event
    changes = {field: "" for field in ("expires", "effective") if getattr(event, field, "")}
    if "interval" in ends_told(event):
        first, _, last = event.when.partition("/")
        changes["when"] = last if first in ("", "..") else first
    return event.replace(**changes, id="") if changes else event


def _crowds(event: Event, others: Iterable[Event]) -> bool:
    """Whether too many events of its subject would overlap."""
    subject = subject_of(event, ())
    if subject == ("",):
        return False
    own = [bounds(e.when) for e in (*others, event) if e.when and subject_of(e, ()) == subject]
    return any(
        sum(each.earliest <= day <= each.latest for each in own) > OVERLAPPING
        for day in {each.earliest for each in own}
    )


@st.composite
def catalogues(
    draw: DrawFn,
    most: int = 14,
    kinds: Sequence[str] = (),
    steps: Sequence[str] = (),
    relationships: Sequence[tuple[str, ...]] = RELATIONSHIPS,
    *,
    ends: bool = True,
) -> list[Event]:
    """Events in an order in which they can be recorded, each once, no target after its record.

    Every catalogue has only some kinds, relationships and dates: events that have nothing to do
    with each other test nothing. Without `ends`, no event tells an end in advance.
    """
    steps = steps or draw(st.sampled_from((MIXED, MIXED, DISPUTED)))
    chosen = kinds or draw(st.sampled_from([*AREAS, list(KINDS)]))
    pool = st.lists(st.sampled_from(relationships), min_size=1, max_size=4, unique=True)
    between = draw(pool)
    crowded = st.lists(edtf(), min_size=1, max_size=3).map(st.sampled_from)
    whens = draw(st.just(edtf()) | crowded)
    collected: dict[str, Event] = {}
    for _ in range(draw(st.integers(1, most))):
        facts = [event for event in collected.values() if event.type in KINDS]
        records = [event for event in collected.values() if event.type not in KINDS]
        step = draw(st.sampled_from(steps))
        if step == RIVAL and facts:
            event = draw(rivals_of(draw(st.sampled_from(facts))))
        elif step in (PREFERENCE, RETRACTION) and facts:
            target = draw(st.sampled_from(facts))
            preferred = step == PREFERENCE and not _is_retracted(target, records)
            event = draw(records_on(target, preferred))
        elif step == UNDOING and records:
            event = draw(records_on(draw(st.sampled_from(records))))
        else:
            kind = KINDS[draw(st.sampled_from(chosen))]
            event = draw(facts_of(kind, between, whens))
        if not ends:
            event = without_ends(event)
        if event.id not in collected and not _crowds(event, collected.values()):
            collected[event.id] = event
    return list(collected.values())


def _is_retracted(event: Event, records: Sequence[Event]) -> bool:
    """Whether one of the records retracts the event and is not itself retracted."""
    return any(
        isinstance(act, RecordRetracted)
        and act.target == event.id
        and not _is_retracted(act, records)
        for act in records
    )


@st.composite
def batches(draw: DrawFn, events: Sequence[Event]) -> list[list[Event]]:
    """The same events in the same order, cut into batches at random."""
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(events) - 1)), max_size=4)))
    edges = [0, *cuts, len(events)]
    return [list(events[a:b]) for a, b in pairwise(edges) if a < b]
