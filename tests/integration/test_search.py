"""What a search finds, on every store: as known at a moment, within a scope, marked and counted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

import comity
from comity import (
    AgreementDenounced,
    AgreementSigned,
    CredentialsPresented,
    DealSigned,
    InvalidDate,
    InvalidValue,
    MeetingHeld,
    MissionOpened,
    Organisation,
    Quantity,
    SearchResult,
    Source,
    StatementMade,
    TimelineEngine,
    UnknownEventKind,
    UnknownParty,
)

PAIR = ("PAK", "RUS")


@pytest.fixture
def engine(address: str) -> Iterator[TimelineEngine]:
    with comity.open(address, recorded_by="desk-3") as engine:
        yield engine


def said(text: str, when: str = "2023-06-20", **fields: object) -> StatementMade:
    told: dict[str, object] = {"by": "PAK", "parties": PAIR, "when": when, "text": text}
    return StatementMade(**told | fields)  # type: ignore[arg-type]  # as each test gives them


def ids(result: SearchResult) -> list[str]:
    return [hit.record.event.id for hit in result.hits]


def test_a_word_that_a_field_has_by_default_is_found(engine: TimelineEngine) -> None:
    envoy = CredentialsPresented(sender="FRA", host="POL", name="Zoé", when="2020", id="envoy")
    mission = MissionOpened(sender="FRA", host="POL", when="2019", id="mission")
    engine.append(mission, envoy, envoy.replace(id="other", name="Jan", rank="minister"))
    assert ids(engine.search("ambassador")) == ["envoy"]
    assert ids(engine.search("embassy")) == ["mission"]


def test_nothing_is_found_in_an_empty_log(engine: TimelineEngine) -> None:
    result = engine.search("oil")
    assert (result.hits, result.total, result.position) == ((), 0, 0)
    assert result.facets == comity.Facets()


def test_every_field_and_source_is_searched(engine: TimelineEngine) -> None:
    deal = DealSigned(
        id="deal-x", deal="crude-2023", buyer="PAK", seller="RUS", when="2023-04-12",
        commodity="crude oil", quantity=Quantity(Decimal(100000), "TNE"), pilot=True,
        note="by the minister",
        sources=[Source("Dawn", url="https://dawn.example/9", published="2023-04-13", note="p. 2")],
    )  # fmt: skip
    meeting = MeetingHeld(
        id="meeting-x", parties=PAIR, when="2023-06-20", meeting="pk-ru-5", kind="consultation",
        venue="Karaçhi", heads={"PAK": "Kasım", "RUS": "Йошкар"}, agenda=("Trade",),
        outcomes=("none",), delegates={"PAK": ("O'Neil",)}, happening="round-5",
    )  # fmt: skip
    engine.append(deal, meeting)
    for question in (
        "crude oil", "100000", "TNE", "pilot", "minister", "dawn.example", "2023-04-13",
        '"p. 2"', "deal signed", "deal-signed", "deal-x", "crude-2023", "pak", "RUS", "Pakistan",
        '"Russian Federation"', "desk-3", "2023-04-12", "minis*",
    ):  # fmt: skip
        assert "deal-x" in ids(engine.search(question)), question
    for question in (
        "karachi", "kasim", "KASIM", "йошкар", "ЙОШКАР", "иошкар", "oneil", "o'neil", "trade",
        "none", "consultation", "pk-ru-5", "round-5", "pak*",
    ):  # fmt: skip
        assert "meeting-x" in ids(engine.search(question)), question


def test_all_words_are_required_and_the_best_come_first(engine: TimelineEngine) -> None:
    engine.append(
        said("oil " + "and much else " * 20, id="long"),
        said("oil for Karachi", id="both"),
        said("oil oil", id="twice"),
        said("gas", id="none"),
        said("gas", id="other"),
    )
    result = engine.search("oil")
    assert ids(result) == ["twice", "both", "long"]
    assert [hit.score for hit in result.hits] == sorted(
        (hit.score for hit in result.hits), reverse=True
    )
    assert ids(engine.search("oil karachi")) == ["both"]
    assert ids(engine.search("karachi gas")) == []
    assert ids(engine.search("gas")) == ["none", "other"]  # of equals the earlier recorded first


def test_facets_and_the_total_are_of_all_hits(engine: TimelineEngine) -> None:
    engine.append(*(said(f"oil {n}", when=f"{1989 + n}-05") for n in range(30)))
    engine.append(said("oil", parties=("PAK", "IND"), when="202X"), said("oil", when="[..2002]"))
    engine.append(MeetingHeld(parties=PAIR, when="2020/..", meeting="oil", kind="summit"))
    result = engine.search("oil", limit=2)
    assert len(result.hits) == 2
    assert result.total == 33
    assert result.facets.kinds == {"statement-made": 32, "meeting-held": 1}
    assert next(iter(result.facets.kinds)) == "statement-made"
    assert result.facets.parties == {"PAK": 33, "RUS": 32, "IND": 1}
    assert result.facets.decades == {"1980s": 1, "1990s": 10, "2000s": 11, "2010s": 9, "2020s": 2}
    assert result.facets.years["2002"] == 2
    assert engine.search("oil", limit=0).facets == result.facets


def test_what_was_retracted_is_found_only_as_known_before(engine: TimelineEngine) -> None:
    engine.append(said("Kasım came", id="a"), said("others came", id="b"))
    before = engine.search("kasim")
    engine.retract("a", "it was another")
    assert ids(engine.search("kasim")) == []
    assert engine.search("kasim", known_at=2) == before
    marked = engine.search("Kasım", retracted=True)
    assert [(hit.record.event.id, hit.standing) for hit in marked.hits] == [("a", "retracted")]
    assert ids(engine.search('"another"')) == [list(engine.events())[2].event.id]
    engine.reinstate("a", "it was him after all")
    assert [hit.standing for hit in engine.search("kasim").hits] == ["stands"]
    assert ids(engine.search("kasim", known_at=3)) == []


def test_a_correction_is_found_in_the_place_of_what_it_corrects(engine: TimelineEngine) -> None:
    engine.append(said("oil to Lahore", id="a"))
    engine.correct("a", said("oil to Karachi", id="b"), "misread")
    assert ids(engine.search("oil to")) == ["b"]
    assert ids(engine.search("oil to", known_at=1)) == ["a"]
    shown = {hit.record.event.id: hit for hit in engine.search("oil to", retracted=True).hits}
    assert (shown["a"].standing, shown["a"].instead) == ("retracted", "b")


def test_an_account_that_lost_is_found_and_marked(engine: TimelineEngine) -> None:
    first, second = (
        CredentialsPresented(
            id=id, sender="PAK", host="RUS", when=when, name="Kasım", rank="ambassador",
            happening="c", confidence=sure,
        )
        for id, when, sure in (("a", "2020-03", 1.0), ("b", "2020-04", 0.5))
    )  # fmt: skip
    engine.append(first, second)
    told = {h.record.event.id: (h.standing, h.instead) for h in engine.search("kasim").hits}
    assert told == {"a": ("stands", ""), "b": ("loses", "a")}
    engine.prefer("b", "the protocol is dated")
    told = {h.record.event.id: (h.standing, h.instead) for h in engine.search("kasim").hits}
    assert told == {"b": ("stands", ""), "a": ("loses", "b")}
    before = {h.record.event.id: h.standing for h in engine.search("kasim", known_at=2).hits}
    assert before == {"a": "stands", "b": "loses"}
    engine.retract("b", "a forgery")
    assert [h.standing for h in engine.search("kasim").hits] == ["stands"]


def test_an_answer_as_known_at_a_position_never_changes(engine: TimelineEngine) -> None:
    for number in range(12):
        engine.append(said("oil " * (number % 3 + 1) + "gas " * (number % 5), id=f"s{number}"))
    then = engine.search("oil gas", known_at=12)
    assert then == engine.search("oil gas")
    engine.append(*(said("gas " * 40 + str(n)) for n in range(50)))
    engine.retract("s4", "mistaken")
    assert engine.search("oil gas", known_at=12) == then


def test_of_a_party_is_what_was_told_of_the_state_that_it_continues(engine: TimelineEngine) -> None:
    engine.append(
        said("oil", when="1961", parties=("PAK", "SUN"), id="before"),
        said("oil", when="2023", id="after"),
        said("oil", when="2023", parties=("CHN", "PAK", "RUS"), id="three"),
        said("oil", when="2023", parties=("PAK", "IND"), id="other"),
        said("oil", when="1995", parties=("PAK", "SUN"), id="too late"),
        said("oil", when="1990/1995", parties=("PAK", "SUN"), id="going on"),
    )
    found = {"before", "after", "three", "going on"}
    assert set(ids(engine.search("oil", parties="RUS"))) == found
    assert set(ids(engine.search("oil", parties=("RUS", "PAK")))) == found
    assert set(ids(engine.search("oil", parties="PAK-RUS"))) == found
    assert set(ids(engine.search("oil", parties="SUN"))) == {"before", "going on", "too late"}
    assert set(ids(engine.search("oil", parties=["IND"]))) == {"other"}
    timeline = {e.event.id for e in engine.timeline("PAK", "RUS")}
    assert timeline == set(ids(engine.search("oil", parties="PAK-RUS")))


def test_one_partys_act_on_an_agreement_is_found_as_on_a_timeline(engine: TimelineEngine) -> None:
    sides, others = ("CHN", "PAK", "RUS"), ("CHN", "PAK")
    engine.append(
        AgreementSigned(id="signed", agreement="pact", parties=sides, when="2001"),
        AgreementDenounced(id="left", agreement="pact", by="PAK", parties=others, when="2010"),
        AgreementDenounced(id="other", agreement="axis", by="PAK", parties=others, when="2010"),
    )
    timeline = [entry.event.id for entry in engine.timeline("PAK", "RUS")]
    found = ids(engine.search("agreement*", parties="PAK-RUS"))
    assert set(found) == set(timeline) == {"signed", "left"}
    assert set(ids(engine.search("pact", parties="PAK-RUS", known_at=1))) == {"signed"}


def test_kinds_and_days_narrow_as_on_a_timeline(engine: TimelineEngine) -> None:
    engine.append(
        said("oil", when="1999-05", id="a"),
        said("oil", when="2001/2004", id="b"),
        MeetingHeld(id="c", parties=PAIR, when="2003-01-01", meeting="oil", kind="summit"),
    )
    engine.retract("a", "no oil")
    engine.reinstate("a", "oil")
    assert set(ids(engine.search("oil", kinds="meeting-held"))) == {"c"}
    assert set(ids(engine.search("oil", kinds=[StatementMade, "meeting-held"]))) == {"a", "b", "c"}
    for since, until in (("2000", None), (None, "2002"), ("2003-06", "2003-07"), ("1999", "1999")):
        timeline = {e.event.id for e in engine.timeline("PAK", "RUS", since=since, until=until)}
        assert set(ids(engine.search("oil", since=since, until=until))) == timeline


def test_what_is_redacted_is_found_no_more_at_any_moment(engine: TimelineEngine) -> None:
    engine.append(said("a private remark", id="remark"), said("a public remark", id="public"))
    assert len(engine.search("remark").hits) == 2
    engine.redact("remark", "asked for by the ministry")
    for known in range(1, engine.position + 1):
        assert engine.search("private", known_at=known, retracted=True).total == 0
    assert "public" in ids(engine.search("remark"))
    assert engine.search("redacted").total >= 1


def test_organisations_that_the_user_knows_are_found_by_their_names(address: str) -> None:
    bank = Organisation(code="adb", name="Asian Development Bank")
    with comity.open(address, parties=[bank]) as engine:
        engine.append(said("a loan", parties=("PAK", "adb"), id="loan"))
        assert ids(engine.search('"development bank"')) == ["loan"]
        assert engine.search("adb").total == 1


def test_wrong_questions_are_refused(engine: TimelineEngine) -> None:
    engine.append(said("oil"))
    for text in ("", "*", "\x00", "word " * 10_000):
        with pytest.raises(InvalidValue, match="text"):
            engine.search(text)
    with pytest.raises(InvalidValue, match="limit"):
        engine.search("oil", limit=-1)
    with pytest.raises(InvalidValue, match="known_at"):
        engine.search("oil", known_at=2)
    with pytest.raises(UnknownParty):
        engine.search("oil", parties="pak")
    with pytest.raises(UnknownEventKind):
        engine.search("oil", kinds="meetings")
    with pytest.raises(InvalidDate):
        engine.search("oil", since="2003", until="2001")


@pytest.mark.parametrize(
    "text",
    ['"', "oil AND", "NEAR(oil, 2)", "text:oil", "-oil", "oil)", "(oil", "^oil", "oil\x00", "oil*",
     "'oil'", "oil;--", "{oil}", "oil OR", 'a"b"c', "%", "\\oil", "¶", "oil ¶"],
)  # fmt: skip
def test_nothing_that_is_typed_is_syntax(engine: TimelineEngine, text: str) -> None:
    engine.append(said("oil and near: 2 text or a b c"))
    try:
        assert engine.search(text).total in (0, 1)
    except InvalidValue:
        assert text in ('"', "%", "¶")


def test_the_index_says_how_far_it_has_come(engine: TimelineEngine) -> None:
    engine.append(*(said(f"oil {n}") for n in range(20)))
    told: list[int] = []
    assert engine.search("oil", progress=told.append).total == 20
    assert told == [20]
    engine.search("oil", progress=told.append)
    assert told == [20]
