"""Pictures: nothing is cut or overlaps, the same answer gives the same bytes, nothing warns."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import isnan
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

import comity
from comity import (
    AgreementSigned,
    AlignmentRecorded,
    CredentialsPresented,
    DealSigned,
    DealSuspended,
    Entry,
    EnvoyAppointed,
    EnvoyArrived,
    EnvoyDeparted,
    Event,
    InvalidValue,
    MeasureImposed,
    MeasureLifted,
    MeetingHeld,
    MissionClosed,
    MissionMoved,
    MissionOpened,
    Network,
    NotInstalled,
    PaymentMade,
    Quantity,
    RelationsEstablished,
    RelationsSevered,
    ShipmentDelivered,
    StatementMade,
    TimelineEngine,
    plot,
)
from comity.adapters.cli.dossier import dossier
from comity.adapters.plots.labels import strand_label
from comity.adapters.plots.spells import Spell, strands_of
from comity.domain.time.dates import instants
from tests.effort import examples
from tests.pictures import faults, texts
from tests.strategies import catalogues
from tests.unit.given import PAIR, given

EVIL = "$x^2$ $\\frac{1}{0}$ =[b]</script>\x1b[31m\u202e\"'\n<b>&\x00\u2028 {\\bf}"
HARD = (
    EVIL, EVIL * 9, "W" * 500, "中文标题会谈" * 30, "مباحثات السلام في الشرق الأوسط", "שלום עולם",
    "🎉🎉", "e\u0301" * 60, "\ud800", "x",
)  # fmt: skip
SIZES: tuple[Any, ...] = (None, (8, 5), (5, 4), (12, 9))


@pytest.fixture(scope="module")
def engine() -> TimelineEngine:
    """An engine on the dossier that comes with comity."""
    opened = comity.open(":memory:")
    opened.extend(dossier())
    return opened


def deal_of(engine: TimelineEngine, name: str) -> comity.RelationshipDeal:
    return next(deal for deal in engine.deals("PAK", "RUS") if deal.deal == name)


PICTURES: dict[str, Callable[[TimelineEngine], Figure]] = {
    "timeline": lambda engine: plot.timeline(engine.timeline("PAK", "RUS")),
    "tone": lambda engine: plot.tone(engine.tone("PAK", "RUS")),
    "tones": lambda engine: plot.tone(engine.tone(by="month")),
    "missions": lambda engine: plot.missions(engine.missions(on="2023-06-20"), on="2023-06-20"),
    "network": lambda engine: plot.network(engine.network(on="2023-06-20")),
    "deal": lambda engine: plot.deal(deal_of(engine, "urals-pilot")),
}


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_of_the_dossier_is_cut_or_overlaps(engine: TimelineEngine, name: str) -> None:
    figure = PICTURES[name](engine)
    for dpi in (80, 100, 120):
        assert faults(figure, dpi) == []


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_answer_gives_the_same_bytes_in_every_form(
    engine: TimelineEngine, name: str
) -> None:
    for form, start in (("png", b"\x89PNG\r\n"), ("svg", b"<?xml"), ("pdf", b"%PDF-")):
        first, second = (written(PICTURES[name](engine), form) for _ in range(2))
        assert first == second
        assert first.startswith(start)
        assert b"Date>" not in first
        assert b"CreationDate" not in first
        if form == "svg":
            assert ElementTree.fromstring(first).tag.endswith("svg")
        if form == "png":
            Image.open(io.BytesIO(first)).verify()


def untyped(thing: object) -> Any:
    """The thing without its types: matplotlib's are partly unknown."""
    return thing


def written(figure: Figure, form: str) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        untyped(figure).savefig(file, format=form)
    return file.getvalue()


def drawn_anew(entries: Sequence[Entry]) -> bytes:
    return written(plot.timeline(entries), "svg")


def test_a_picture_drawn_in_many_threads_is_the_one_that_is_drawn_in_one(
    engine: TimelineEngine,
) -> None:
    entries = engine.timeline("PAK", "RUS")
    with ThreadPoolExecutor(6) as pool:
        drawn = [pool.submit(drawn_anew, entries) for _ in range(12)]
        assert {each.result() for each in drawn} == {drawn_anew(entries)}


@pytest.mark.parametrize("size", SIZES[::2], ids=str)
@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_text_of_any_kind_is_drawn_as_it_is(text: str, size: Any) -> None:
    safe = text.replace("\ud800", "?")
    events: list[Event] = [
        RelationsEstablished(parties=PAIR, when="1948-05-01", note=safe),
        MissionOpened(sender="PAK", host="RUS", when="1949?", city=safe),
        EnvoyArrived(sender="PAK", host="RUS", when="../1960", name=safe),
        MeetingHeld(meeting=safe, parties=PAIR, when="1960/1961", venue=safe),
        AgreementSigned(agreement="a", title=safe, parties=PAIR, when="[..1970]"),
        StatementMade(by="RUS", parties=PAIR, when="1971", text=safe, speaker=safe),
        DealSigned(deal=safe, buyer="PAK", seller="RUS", commodity=safe, when="2001-02-03",
                   quantity=Quantity("10", "TNE")),
        ShipmentDelivered(deal=safe, shipment="s", buyer="PAK", seller="RUS", when="2002",
                          quantity=Quantity("4", "TNE")),
        PaymentMade(deal=safe, by="PAK", parties=PAIR, when="2003-01",
                    money=comity.Money("3.5", "USD")),
        MeasureImposed(measure=safe, by="RUS", on="PAK", when="2003/..", kind="embargo"),
    ]  # fmt: skip
    engine = given(*events)
    for figure in (
        plot.timeline(engine.timeline(*PAIR), size=size),
        plot.deal(engine.deals(*PAIR)[0], size=size or (8, 5)),
        plot.missions(engine.missions(*PAIR), size=size),
        plot.tone(engine.tone(*PAIR), size=size or (8, 5)),
        plot.deal(None, name=safe, size=size or (8, 5)),
    ):
        assert faults(figure) == []
    if "$" in text:
        shown = " ".join(each.text for each in texts(plot.timeline(engine.timeline(*PAIR))))
        assert "$x^2$" in shown


@examples(8)
@generated(events=catalogues(), size=st.sampled_from(SIZES))
def test_nothing_of_any_log_is_cut_or_overlaps(events: list[Event], size: Any) -> None:
    engine = comity.open(":memory:")
    engine.extend(events)
    for relationship in engine.relationships()[:1]:
        assert faults(plot.timeline(engine.timeline(relationship), size=size)) == []
        assert faults(plot.tone(engine.tone(relationship, by="month"))) == []
    assert faults(plot.missions(engine.missions(), size=size)) == []
    assert faults(plot.network(engine.network(), size=size)) == []
    for deal in engine.deals()[:1]:
        assert faults(plot.deal(deal)) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    ("first", "last"), [("0001-01-01", "0001-01-01"), ("0001-01-01", "9999-12-31"),
                        ("2023-06-20", "2023-06-20"), ("1800-01-01", "2000-12-31"),
                        ("9999-12-31", "9999-12-31"), ("2023-06-20", "2023-06-27")],
)  # fmt: skip
def test_the_axis_reaches_from_a_day_to_all_of_the_calendar(
    first: str, last: str, size: Any
) -> None:
    engine = given(
        MeetingHeld(meeting="first", parties=PAIR, when=first),
        MeetingHeld(meeting="last", parties=PAIR, when=last),
    )
    figure = plot.timeline(engine.timeline(*PAIR), size=size)
    assert faults(figure) == []
    shown = [each.text for each in texts(figure)]
    assert any(first[:4] in text for text in shown)


def test_thousands_of_events_are_counted_and_some_dozens_have_their_labels() -> None:
    many = [
        MeetingHeld(meeting=f"m{n}", parties=PAIR, when=f"{1950 + n % 70}-{n % 12 + 1:02}-11")
        for n in range(5_000)
    ]
    engine = comity.open(":memory:")
    engine.extend(many)
    figure = plot.timeline(engine.timeline(*PAIR))
    assert faults(figure) == []
    assert "Meetings (5,000)" in [each.text for each in texts(figure)]
    few = plot.timeline(engine.timeline(*PAIR)[:40])
    assert sum("meeting held: m" in each.text for each in texts(few)) >= 30


def test_sixty_parties_all_have_their_names_and_more_have_as_many_as_fit() -> None:
    codes = [info.code for info in comity.find_parties(on="2020-01-01") if len(info.code) == 3]
    links = [RelationsEstablished(parties=(codes[0], code), when="1960") for code in codes[1:60]]
    answer = given(*links).network()
    assert len(answer.nodes) == 60
    figure = plot.network(answer)
    assert faults(figure) == []
    assert len({each.text for each in texts(figure)}) > 60
    crowded = plot.network(answer, size=(5, 4))
    assert faults(crowded) == []
    assert any("Only the parties with the most ties" in each.text for each in texts(crowded))


def test_many_missions_are_a_matrix() -> None:
    codes = [info.code for info in comity.find_parties(on="2020-01-01") if len(info.code) == 3][:40]
    opened = [
        MissionOpened(sender=one, host=codes[(at + 7) % 40], when="1990")
        for at, one in enumerate(codes)
    ]
    figure = plot.missions(given(*opened).missions())
    assert faults(figure) == []
    assert any("the row sends, the column receives" in each.text for each in texts(figure))


def test_an_empty_answer_says_so() -> None:
    engine = comity.open(":memory:")
    figures = (
        plot.timeline(engine.timeline(*PAIR), parties=PAIR),
        plot.tone(engine.tone(*PAIR), parties=PAIR),
        plot.missions(engine.missions(*PAIR), parties=PAIR),
        plot.network(Network(), parties=PAIR),
        plot.deal(None, name="x"),
    )
    for figure in figures:
        assert faults(figure) == []
        assert any(each.text.startswith("Nothing recorded of ") for each in texts(figure))
    assert any("Pakistan and Russia" in each.text for each in texts(figures[0]))


def test_a_gap_between_periods_is_a_gap_in_the_line() -> None:
    engine = given(
        RelationsEstablished(parties=PAIR, when="1948"),
        RelationsSevered(parties=PAIR, when="1949"),
        RelationsEstablished(parties=PAIR, when="1955"),
    )
    figure = plot.tone(engine.tone(*PAIR))
    lines = [untyped(line) for axes in figure.axes for line in axes.lines]
    [means] = [line.get_ydata() for line in lines if line.get_marker() == "D"]
    assert [isnan(mean) for mean in means] == [False, False, True, False]


@pytest.mark.parametrize("size", [(0, 0), (4.9, 4), (8, 61), "8x5", (8,), ("8", "5"), float("nan")])
def test_a_size_that_no_picture_fits_in_is_refused(size: Any) -> None:
    with pytest.raises(InvalidValue, match="a width and a height in inches"):
        plot.timeline((), size=size)


def test_without_matplotlib_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(NotInstalled, match=r"pip install 'comity\[plot\]'"):
        plot.timeline(())


def test_comity_loads_matplotlib_only_for_a_picture_and_pyplot_never() -> None:
    code = (
        "import sys, comity, comity.adapters.cli.app\n"
        "assert 'matplotlib' not in sys.modules\n"
        "comity.plot.timeline(()).savefig(sys.argv[1])\n"
        "assert 'matplotlib' in sys.modules\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code, "/dev/null"], check=True)


def test_measures_are_bars_from_their_beginning_to_their_end() -> None:
    engine = given(
        MeasureImposed(measure="m", by="RUS", on="PAK", when="1990-01-01", kind="embargo"),
        MeasureLifted(measure="m", by="RUS", on="PAK", when="1995-01-01"),
        MeasureImposed(measure="m", by="RUS", on="PAK", when="2000-01-01/2001-01-01", kind="ban"),
        MeasureImposed(measure="n", by="RUS", on="PAK", when="2003", kind="tariff"),
    )
    strands = strands_of(engine.timeline(*PAIR))
    told = [[(s.begun.event.when, s.ended is None) for s in strand.spells] for strand in strands]
    assert told == [
        [("1990-01-01", False), ("2000-01-01/2001-01-01", False)],
        [("2003", True)],
    ]


def spells_of(*events: Event) -> dict[str, tuple[Spell, ...]]:
    """The spells of each strand of a timeline of the pair, by their labels."""
    strands = strands_of(given(*events).timeline(*PAIR))
    return {strand_label(strand): strand.spells for strand in strands}


def test_who_comes_into_post_ends_the_post_of_whoever_held_it() -> None:
    told = spells_of(
        CredentialsPresented(sender="PAK", host="SUN", name="first", when="1949-12-30"),
        EnvoyAppointed(sender="PAK", host="SUN", name="never came", when="1950"),
        EnvoyArrived(sender="PAK", host="RUS", name="consul", level="consulate", when="1993"),
        EnvoyArrived(sender="PAK", host="SUN", name="second", when="1961-10"),
        EnvoyArrived(sender="PAK", host="RUS", name="acting", ad_interim=True, when="1995"),
        EnvoyArrived(sender="PAK", host="RUS", name="third", when="2000"),
        EnvoyDeparted(sender="PAK", host="RUS", name="third", when="2001-02-03"),
        EnvoyArrived(sender="RUS", host="PAK", name="other way", when="[..1990]"),
    )
    ends = {name: [spell.ended for spell in spells] for name, spells in told.items()}
    assert ends == {
        "first": [instants("1961-10")],
        "never came": [instants("1961-10")],
        "second": [instants("2000")],
        "acting": [instants("2000")],
        "third": [instants("2001-02-03")],
        "consul": [None],
        "other way": [None],
    }


def test_who_is_appointed_follows_only_where_nobody_is_recorded_to_have_come() -> None:
    named = EnvoyAppointed(sender="PAK", host="RUS", name="b", when="2001")
    told = spells_of(EnvoyAppointed(sender="PAK", host="RUS", name="a", when="2000"), named)
    assert [spell.ended for spell in told["a"]] == [instants("2001")]
    told = spells_of(EnvoyArrived(sender="PAK", host="RUS", name="a", when="2000"), named)
    assert [spell.ended for spell in told["a"]] == [None]


def test_an_alignment_says_how_the_parties_stood_and_ends_when_it_changes() -> None:
    told = spells_of(
        AlignmentRecorded(parties=PAIR, when="1950", alignment="opposed", matter="bases"),
        AlignmentRecorded(parties=PAIR, when="1970", alignment="aligned", matter="bases"),
        AlignmentRecorded(parties=PAIR, when="1960", alignment="neutral", matter="the war"),
    )
    assert {label: [spell.ended for spell in spells] for label, spells in told.items()} == {
        "opposed, then aligned: bases": [instants("1970"), None],
        "neutral: the war": [None],
    }


def test_a_mission_is_called_what_it_is_at_the_end() -> None:
    opened = MissionOpened(sender="SUN", host="PAK", when="1948", city="Karachi")
    moved = MissionMoved(sender="RUS", host="PAK", when="1993", city="Islamabad")
    closed = MissionClosed(sender="SUN", host="PAK", when="1955")
    consulate = MissionOpened(
        sender="RUS", host="PAK", when="1992", level="consulate", city="Lahore"
    )
    assert list(spells_of(opened)) == ["embassy of Russia in Karachi"]
    assert list(spells_of(opened, moved)) == ["embassy of Russia in Islamabad"]
    assert list(spells_of(opened, consulate, moved)) == ["embassy of Russia in Islamabad"]
    assert list(spells_of(opened, closed)) == ["embassy of the Soviet Union in Karachi"]


def test_every_meeting_of_the_dossier_has_its_label_right_beside_its_dot(
    engine: TimelineEngine,
) -> None:
    meetings = [e for e in engine.timeline("PAK", "RUS") if e.event.subject == "meeting"]
    figure = plot.timeline(meetings)
    found = texts(figure)
    axes = untyped(figure.axes[0])
    dots = [
        axes.transData.transform((line.get_xdata()[0], line.get_ydata()[0]))
        for line in axes.lines
        if line.get_marker() == "o"
    ]
    labels = [strand_label(strand) for strand in strands_of(meetings)]
    assert sorted(t.text for t in found if t.text in labels) == sorted(labels)
    point = 100 / 72
    for text, _, box in found:
        if text in labels:
            row = [x for x, y in dots if box.y0 < y < box.y1]
            assert min(max(box.x0 - x, x - box.x1) for x in row) < 11 * point, text


@pytest.mark.parametrize("size", [None, (8, 5), (5, 4)], ids=str)
def test_a_lane_of_counts_has_its_count_whole_and_the_number_of_its_highest_bar(size: Any) -> None:
    days = ["1960-02-03"] * 1234 + ["1950-01-01"] * 20 + ["1970-12-31"] * 30
    engine = comity.open(":memory:")
    engine.extend(
        StatementMade(by="RUS", parties=PAIR, when=day, text=f"{n}") for n, day in enumerate(days)
    )
    figure = plot.timeline(engine.timeline(*PAIR), size=size)
    assert faults(figure) == []
    shown = [each.text for each in texts(figure)]
    assert "1,234" in shown
    assert any(text.endswith("(1,284)") for text in shown)


def test_the_picture_of_missions_is_as_high_as_its_rows() -> None:
    opened = [
        MissionOpened(sender="PAK", host=host, when="1990")
        for host in ("RUS", "USA", "CHN", "IND", "FRA", "DEU", "IRN", "TUR")
    ]
    highs: list[float] = []
    for count in (1, 2, 8):
        figure = plot.missions(given(*opened[:count]).missions())
        assert faults(figure) == []
        highs.append(float(figure.get_size_inches()[1]))
    assert highs[1] < 2.5
    assert highs == sorted(set(highs))


@pytest.mark.parametrize(
    ("when", "said"),
    [("", "Russia to Pakistan, signed in April 2023"),
     ("2023-06-20", "Russia to Pakistan, suspended since 20 June 2023")],
)  # fmt: skip
def test_a_deal_was_signed_on_a_day_and_is_suspended_since_one(when: str, said: str) -> None:
    events: list[Event] = [
        DealSigned(deal="d", buyer="PAK", seller="RUS", when="2023-04",
                   quantity=Quantity("10", "TNE")),
    ]  # fmt: skip
    if when:
        events.append(DealSuspended(deal="d", buyer="PAK", seller="RUS", when=when))
    figure = plot.deal(given(*events).deals(*PAIR)[0])
    assert said in [each.text for each in texts(figure)]
