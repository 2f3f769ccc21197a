"""The search against a naive one, over invented logs and questions, on every store alike."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import strategies as st

import comity
from comity import MeetingHeld, Recorded, SearchResult, Source, StatementMade, TimelineEngine
from tests import oracle_search as oracle
from tests.oracle_search import Asked
from tests.stores import LASTING, a_store, examples_on

WORDS = (
    "oil", "Oil", "Karachi", "Kasım", "KASIM", "Kası", "Élan", "e\u0301lan", "straße", "STRASSE",
    "Łodz", "йод", "Йод", "pak", "Russia", "北京", "会谈", "北京会谈", "谈", "2023", "x",
)  # fmt: skip
texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
OTHERS = ("RUS", "SUN", "CHN")
KINDS = ("statement-made", "meeting-held", "record-retracted")


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[str, object]]:
    """Acts on an engine: what is recorded, and the numbers of events that are retracted."""
    acts: list[tuple[str, object]] = []
    for number in range(draw(st.integers(1, 7))):
        other = draw(st.sampled_from(OTHERS))
        when = f"{draw(st.sampled_from((1950, 1990, 2023)))}-0{draw(st.integers(1, 9))}"
        parties = ("PAK", other)
        if draw(st.booleans()):
            sources = [Source(draw(texts) or "Dawn")] if draw(st.booleans()) else []
            acts.append((
                "append",
                StatementMade(
                    by="PAK", parties=parties, when=when, text=draw(texts), speaker=draw(texts),
                    sources=sources, id=f"s{number}",
                ),
            ))  # fmt: skip
        else:
            acts.append((
                "append",
                MeetingHeld(
                    parties=parties, when=when, meeting=f"m{number}", kind="summit",
                    agenda=(draw(texts), draw(texts)), venue=draw(texts), id=f"e{number}",
                ),
            ))  # fmt: skip
        if draw(st.integers(0, 3)) == 0:
            acts.append(("retract", draw(st.integers(0, number))))
        if draw(st.integers(0, 5)) == 0:
            acts.append(("reinstate", draw(st.integers(0, number))))
    return acts


def record(engine: TimelineEngine, acts: list[tuple[str, object]]) -> None:
    for verb, what in acts:
        if isinstance(what, StatementMade | MeetingHeld):
            engine.append(what)
            continue
        ids = [r.event.id for r in engine.events(kinds=KINDS[:2])]
        assert isinstance(what, int)
        with suppress(comity.ComityError):  # it is retracted already, or is not
            getattr(engine, verb)(ids[what % len(ids)], "oil was a mistake")


asked = st.lists(
    st.one_of(
        st.sampled_from(WORDS).map(lambda word: Asked(tuple(oracle.runs_of(word)))),
        st.sampled_from(("kar", "ka", "o", "ru", "str", "и")).map(lambda w: Asked((w,), True)),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(
            lambda words: Asked(tuple(run for word in words for run in oracle.runs_of(word)))
        ),
    ),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip


def typed(question: list[Asked]) -> str:
    return " ".join(f'"{" ".join(part.runs)}{"*" if part.goes_on else ""}"' for part in question)


def check(result: SearchResult, hits: list[oracle.Hit], log: list[Recorded]) -> None:
    assert [hit.record.position for hit in result.hits] == [hit.position for hit in hits]
    for hit, expected in zip(result.hits, hits, strict=True):
        assert abs(hit.score - expected.score) < 1e-9
    assert result.total == len(hits)
    assert result.facets.kinds == oracle.by_kind(hits, log)
    assert result.facets.parties == oracle.by_party(hits, log)
    assert result.facets.years == oracle.by_year(hits, log)


@examples_on(
    LASTING, 120,
    acts=logs(), question=asked, known=st.integers(0, 20),
    narrowed=st.tuples(st.booleans(), st.sampled_from(("0001", "1980"))),
)  # fmt: skip
def test_a_search_finds_and_ranks_what_a_naive_one_does(
    store: str,
    acts: list[tuple[str, object]],
    question: list[Asked],
    known: int,
    narrowed: tuple[bool, str],
) -> None:
    retracted, since = narrowed
    with a_store(store) as stored:
        results: list[SearchResult] = []
        for address in (":memory:", stored):
            with comity.open(address) as engine:
                record(engine, acts[: len(acts) // 2])
                if engine.position:
                    engine.search("oil")  # so that the index goes on from the middle
                record(engine, acts[len(acts) // 2 :])
                log = list(engine.events())
                position = min(known, len(log))
                result = engine.search(
                    typed(question), known_at=position, retracted=retracted,
                    since=None if since == "0001" else since, limit=100,
                )  # fmt: skip
                hits = oracle.search(log, question, position, since=since, retracted=retracted)
                check(result, hits, log)
                results.append(result)
        first, second = results
        assert [(h.record.id, h.score, h.snippet, h.standing) for h in first.hits] == [
            (h.record.id, h.score, h.snippet, h.standing) for h in second.hits
        ]
