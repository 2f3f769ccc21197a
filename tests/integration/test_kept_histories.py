"""What pages keep of a relationship never shows what another moment, day or reader would say."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import NamedTuple

import pytest
from litestar.testing import TestClient

import comity
from comity import (
    AgreementInForce,
    AgreementSigned,
    MeetingHeld,
    MissionOpened,
    Organisation,
    RelationsEstablished,
    StatementMade,
    TimelineEngine,
)
from comity.adapters.interchange.encode import as_json
from comity.adapters.web.app import web_app
from comity.adapters.web.pages import history as pages_history
from comity.adapters.web.pages import relationship as pages
from comity.adapters.web.pages.behind import Behind
from comity.adapters.web.pages.history import Histories, History
from comity.adapters.web.pages.links import ServerLinks
from comity.adapters.web.pages.question import Question
from comity.adapters.web.pages.rendering import Frame
from comity.domain.parties import add_organisations
from comity.domain.scope import scope_of
from comity.domain.time.dates import last_second

PAIR = ("PAK", "RUS")
DAYS = ("", "1999-12-31", "2001-06-15", "2005-01-01")


@pytest.fixture
def engine() -> Iterator[TimelineEngine]:
    with comity.open(":memory:") as engine:
        yield engine


class Told(NamedTuple):
    """All that the server tells for a question."""

    state: str
    picture: str
    page: str = ""


def told(engine: TimelineEngine, histories: Histories, question: Question) -> Told:
    """The whole page only of some questions: its lists take long to write."""
    link = ServerLinks(question.clocks)
    asked = engine, histories, "PAK-RUS", question
    return Told(
        pages.state_html(pages.answer(*asked), link),
        as_json(pages.picture_data(*asked)),
        pages.page(*asked, Frame(link)) if question.q or question.kind else "",
    )


def questions(engine: TimelineEngine) -> list[Question]:
    """Every moment on several days, and some that filter or compare."""
    moments = ["", *map(str, range(engine.position + 1))]
    plain = [Question(on=on, known_at=known_at) for known_at in moments for on in DAYS[:3]]
    words = [Question(known_at=known_at, q="treaty") for known_at in moments]
    compared = [Question(on=DAYS[1], than_on=DAYS[2], than_known_at=at) for at in moments]
    return [*plain, *words, *compared, Question(kind=("statement-made",), certainty="possible")]


def record_everything(engine: TimelineEngine) -> Iterator[None]:
    """Stop after each act: rivals, a preference, a retraction, a correction among them."""
    yield
    engine.append(RelationsEstablished(id="r", parties=PAIR, when="1990"))
    engine.append(
        AgreementSigned(id="a", parties=PAIR, agreement="treaty", when="2001", happening="h"),
        AgreementSigned(id="b", parties=PAIR, agreement="treaty", when="2002", happening="h"),
    )
    yield
    engine.prefer("b", "the original")
    yield
    engine.append(
        AgreementInForce(id="f", parties=PAIR, agreement="treaty", when="2003"),
        MissionOpened(id="m", sender="PAK", host="RUS", city="Moscow", when="1995"),
        StatementMade(id="s", parties=PAIR, by="PAK", when="2001-06", text="a"),
    )
    yield
    engine.prefer("a", "it was forged")
    engine.retract("r", "another pair")
    yield
    correct = StatementMade(id="t", parties=PAIR, by="PAK", when="2004", text="b")
    engine.correct("s", correct, "a misprint")
    yield
    engine.reinstate("r", "it was this pair")
    yield


def test_what_is_kept_tells_what_a_new_server_would_tell(engine: TimelineEngine) -> None:
    kept = Histories()
    different: set[Told] = set()
    for _ in record_everything(engine):
        for question in questions(engine):
            answer = told(engine, kept, question)
            assert answer == told(engine, Histories(), question), question
            different.add(answer)
    assert len(different) > 100


def test_threads_that_ask_while_another_records_are_told_what_was_known(
    engine: TimelineEngine,
) -> None:
    kept = Histories()
    for _ in record_everything(engine):
        pass
    last = engine.position
    asked = [Question(on=on, known_at=str(at)) for at in range(last + 1) for on in DAYS[2:]] * 2

    def state(question: Question) -> str:
        link = ServerLinks(question.clocks)
        return pages.state_html(pages.answer(engine, kept, "PAK-RUS", question), link)

    with ThreadPoolExecutor(2) as threads:
        answers = threads.map(state, asked)
        for number in range(20):
            engine.append(MeetingHeld(parties=PAIR, meeting=f"m{number}", when="2000"))
        for question, answer in zip(asked, answers, strict=True):
            assert answer == told(engine, Histories(), question).state
    assert "2000" in state(Question(on=DAYS[2]))


def test_a_name_that_is_given_later_is_told(engine: TimelineEngine) -> None:
    engine.append(StatementMade(parties=(*PAIR, "ownbank"), by="ownbank", when="2001", text="a"))
    kept = Histories()
    question = Question(on=DAYS[2])
    assert "Own Bank" not in told(engine, kept, question).picture
    add_organisations([Organisation(code="ownbank", name="Own Bank")])
    assert "Own Bank" in told(engine, kept, question).picture


@pytest.mark.parametrize("on", DAYS[1:])
def test_what_is_behind_a_thing_are_the_events_that_can_have_happened(
    engine: TimelineEngine, on: str
) -> None:
    for _ in record_everything(engine):
        pass
    engine.append(
        AgreementInForce(id="late", parties=PAIR, agreement="Treaty", when="1999~/2001"),
        AgreementSigned(id="other", parties=PAIR, agreement="other", when="1999"),
    )
    history = History(engine, scope_of(*PAIR), engine.position)
    behind = Behind(history, date.fromisoformat(on))
    end = last_second(date.fromisoformat(on))
    state = engine.state(*PAIR, on=on, certainty="possible")
    agreements = [agreement for several in state.agreements.values() for agreement in several]
    assert agreements
    for agreement in agreements:
        assert [reason.id for reason in behind.of(agreement).named] == [
            entry.event.id
            for entry in engine.timeline(*PAIR, kinds=[AgreementSigned, AgreementInForce])
            if getattr(entry.event, "agreement", "").lower() == agreement.agreement.lower()
            and entry.instants.earliest <= end
        ]


def test_few_histories_are_kept_and_of_long_ones_fewer(
    engine: TimelineEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        engine.append(StatementMade(parties=PAIR, by="PAK", when="2001", text=f"{number}"))
    kept = Histories()
    first = kept.of(engine, "PAK-RUS", 1)
    for position in range(2, 17):
        kept.of(engine, "PAK-RUS", position)
    assert kept.of(engine, "PAK-RUS", 1) is first
    kept.of(engine, "PAK-RUS", 17)
    second = kept.of(engine, "PAK-RUS", 2)
    assert kept.of(engine, "PAK-RUS", 2) is second
    monkeypatch.setattr(pages_history, "_MOST_ENTRIES", 40)
    now = kept.of(engine, "PAK-RUS", None)
    before = kept.of(engine, "PAK-RUS", 29)
    assert kept.of(engine, "PAK-RUS", None) is now
    assert kept.of(engine, "PAK-RUS", 29) is before
    assert kept.of(engine, "PAK-RUS", 2) is not second


def test_what_is_redacted_is_told_at_no_moment_any_more() -> None:
    events = (
        MissionOpened(sender="PAK", host="RUS", when="1950", level="embassy", city="Secretville"),
        MeetingHeld(meeting="secretmeet", when="2000", parties=PAIR, note="secretnote"),
        StatementMade(parties=PAIR, by="PAK", when="2001", text="a"),
    )
    with comity.open(":memory:") as engine, TestClient(web_app(engine)) as client:
        ids = engine.append(*events).ids
        parts = ("", "/state.html", "/picture.json")
        addresses = [f"/relationships/PAK-RUS{part}?known_at=3" for part in parts]
        addresses += ["/parties/PAK?known_at=3", "/world?known_at=3", "/feed.atom", "/log"]
        before = [client.get(address).text for address in addresses]
        assert "ecret" in "".join(before[:4])
        world = before[4]
        for id in ids[:2]:
            engine.redact(id, "a person's life")
        for address in addresses:
            assert "ecret" not in client.get(address).text, address
        assert client.get("/world?known_at=3").text != world
