"""A store with all kinds of events, its right answers, and what a damaged copy of it may answer."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import comity
from comity import TimelineEngine
from comity.domain.errors import StoreError
from comity.domain.events import (
    AgreementDenounced,
    AgreementRatified,
    AgreementSigned,
    Event,
    InteractionCoded,
    StatementMade,
)
from comity.projections.state import StateProjection
from tests.effort import TORTURE
from tests.folding import closely
from tests.integration.test_kills import EventIds

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
SETTINGS = closely(5)
DAY = "2023-12-31"
PAIR = ("PAK", "RUS")
PARTNERS = ("RUS", "CHN", "IND", "IRN", "SUN")


def opened(path: Path) -> TimelineEngine:
    """Open the file by a clock that stands still."""
    return comity.open(path, clock=lambda: NOW, settings=SETTINGS, recorded_by="desk")


def _event(number: int) -> Event:
    dice = random.Random(number)
    other = dice.choice(PARTNERS)
    year = dice.randrange(1960, 1991) if other == "SUN" else dice.randrange(1992, 2024)
    when = f"{year}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
    if dice.random() < 0.2:
        when = when[: dice.choice((4, 7))]
    if number % 2:
        code = dice.choice(("010", "040", "051", "112", "173"))
        return InteractionCoded(
            source="PAK", target=other, when=when, code=code, scheme="cameo", note=str(number)
        )
    happening = f"h{dice.randrange(15)}" if number % 4 == 0 else ""
    return StatementMade(
        by="PAK", parties=("PAK", other), when=when, text=f"said {number}", happening=happening,
        confidence=dice.choice((1, 0.5)),
    )  # fmt: skip


class _Clock:
    """A clock that moves on by some minutes each time it is read."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        self.moment += timedelta(minutes=7)
        return self.moment


def fill(folder: Path) -> Path:
    """Make the store: a real history, much talk, acts on agreements, mistakes and a redaction.

    Beside it are `old.db`, the same file some time ago; `live.db`, the same store whose newest
    pages are still in its -wal; and `other.db`, another store with a -wal.
    """
    path, clock = folder / "relations.db", _Clock(NOW - timedelta(days=400))
    with comity.open(path, clock=clock, settings=SETTINGS, recorded_by="desk") as engine:
        _begin(engine)
    shutil.copyfile(path, folder / "old.db")
    with comity.open(path, clock=clock, settings=SETTINGS, recorded_by="desk") as engine:
        _go_on(engine)
        _copy_with_wal(path, folder / "live.db")
    with opened(folder / "other.db") as engine:
        engine.append(*map(_event, range(30)))
        _copy_with_wal(folder / "other.db", folder / "copy.db")
    for suffix in ("", "-wal", "-shm"):
        shutil.move(folder / f"copy.db{suffix}", folder / f"other.db{suffix}")
    return path


def _copy_with_wal(path: Path, copy: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")


def _begin(engine: TimelineEngine) -> None:
    dossier = files("comity.dossiers").joinpath("pakistan_russia.jsonl").read_text()
    engine.extend(dossier.splitlines(), batch_size=40)
    for start in range(0, 200, 20):
        events = [*map(_event, range(start, start + 20))]
        first, second, *_ = engine.append(*events).ids
        engine.retract(first, "a mistake")
        if start % 40 == 0:
            engine.reinstate(first, "no mistake")
            rivals = [event.id for event in events[2:] if event.happening]
            engine.prefer(rivals[-1], "better told")
        engine.correct(second, _event(1000 + start), "told better")
    sides = ("CHN", "PAK", "RUS")
    signed = AgreementSigned(agreement="pact", parties=sides, when="2001-06-15")
    ratified = [
        AgreementRatified(agreement="pact", by=by, parties=sides, when="2002-03") for by in sides
    ]
    left = AgreementDenounced(
        agreement="pact", by="CHN", parties=sides, when="2010-05-01", effective="2011-05-01"
    )
    engine.append(signed, *ratified, left)
    gone = engine.append(StatementMade(by="PAK", parties=PAIR, when="2020", text="a secret"))
    engine.retract(gone.ids[0], "it is a secret")
    engine.redact(gone.ids[0], "by law")
    engine.materialize(StateProjection())
    engine.materialize(EventIds())


def _go_on(engine: TimelineEngine) -> None:
    engine.append(*map(_event, range(200, 240)))
    engine.materialize(StateProjection()).catch_up()
    engine.materialize(EventIds()).catch_up()
    engine.append(*map(_event, range(240, 244)))
    engine.search("said")


Question = Callable[[TimelineEngine], Any]


def known(last: int) -> dict[str, Question]:
    """Questions as known at a position."""
    pairs = [("PAK", other) for other in PARTNERS]
    return {
        "state": lambda e: [e.state(*p, on=DAY, known_at=last) for p in pairs[:3]],
        "state of old": lambda e: e.state(*PAIR, on="2005-01-01", known_at=last // 2),
        "possible": lambda e: e.state(*PAIR, on=DAY, known_at=last, certainty="possible"),
        "timeline": lambda e: [e.timeline(*p, known_at=last) for p in pairs],
        "part of a timeline": lambda e: e.timeline(
            *PAIR, since="2000", until="2010", kinds=["statement-made"], known_at=last
        ),
        "events": lambda e: [r for r in e.events() if r.position <= last],
        "events of a kind": lambda e: [
            r for r in e.events(kinds=["record-retracted"]) if r.position <= last
        ],
        "tone": lambda e: [e.tone(*p, since="2000", until=DAY, known_at=last) for p in pairs[:3]],
        "world": lambda e: e.world(on="2009-01-01", known_at=last),
        "deals": lambda e: e.deals(*PAIR, on=DAY, known_at=last),
        "measures": lambda e: e.measures(*PAIR, on=DAY, known_at=last),
        "series": lambda e: e.series(*PAIR, on=DAY, known_at=last),
        "missions": lambda e: e.missions(*PAIR, on=DAY, known_at=last),
        "agreements": lambda e: e.agreements(*PAIR, on=DAY, known_at=last),
        "network": lambda e: e.network(on=DAY, known_at=last),
        "anniversaries": lambda e: e.anniversaries(
            *PAIR, since="2023", until="2023", known_at=last
        ),
        "agenda": lambda e: e.agenda(*PAIR, since="2023-01-01", until=DAY, known_at=last),
        "learned": lambda e: e.learned(*PAIR, known_at=(last // 2, last)),
        "search": lambda e: [
            e.search(text, known_at=last, limit=40) for text in ("said", "1*", "oil Karachi")
        ],
        "replay": lambda e: e.replay(EventIds(), on=DAY, known_at=last),
    }


def lasting(ids: Sequence[str]) -> dict[str, Question]:
    """Questions whose answers stay when another event of PAK and RUS is appended."""
    return {
        "relationships": lambda e: e.relationships(including="PAK"),
        "state by moment": lambda e: e.state("PAK", "IND", on=DAY, known_at="2023-04-29T12:00:00Z"),
        "evidence": lambda e: [e.evidence(id) for id in ids],
        "tone of all": lambda e: e.tone("PAK", "CHN", since="1992", until=DAY),
        "stream digest": lambda e: str(e.digest("IND-PAK")),
        "materialized state": lambda e: e.materialize(StateProjection()).answer(
            "CHN", "PAK", on=DAY
        ),
    }


LAST: dict[str, Question] = {
    "head": lambda e: e._store.head(),  # pyright: ignore[reportPrivateUsage]  # no other way in
    "digest": lambda e: str(e.digest()),
    "materialized": lambda e: e.materialize(EventIds()).answers(on="2015-01-01"),
}
"""Questions about the end of the log."""


class Original(NamedTuple):
    """The store as it should be, and its right answers, by the position that is last."""

    folder: Path
    last: int
    ids: tuple[str, ...]
    answers: dict[int, dict[str, Any]]
    log: list[tuple[Any, ...]]

    def questions(self, last: int, *, appended: bool = False) -> dict[str, Question]:
        """What can be asked while the log goes so far, and has perhaps an event more."""
        asked = known(last)
        if last == self.last:
            asked |= lasting(self.ids)
            if not appended:
                asked |= LAST
        return asked


def original(folder: Path) -> Original:
    """Fill a store in a folder, and note its answers."""
    path = fill(folder)
    with closing(sqlite3.connect(folder / "old.db")) as connection:
        [first] = connection.execute("SELECT MAX(position) FROM stored_events").fetchone()
    with opened(path) as engine:
        last = engine.position
        ids = tuple(record.event.id for record in engine.events())[3::40]
        store = Original(folder, last, ids, {}, log_of(path))
        for end in (first, last - 4, last):
            store.answers[end] = {
                name: question(engine) for name, question in store.questions(end).items()
            }
        assert engine.verify().ok
    return store


def log_of(path: Path) -> list[tuple[Any, ...]]:
    """The rows of the log's table as they stand in the file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        return connection.execute("SELECT * FROM stored_events NOT INDEXED").fetchall()


class Outcome(NamedTuple):
    """What a damaged file gave: `faults` break the promise."""

    refused: bool
    """Whether any question was refused."""
    faults: list[str]


def outcome(
    store: Original, path: Path, dice: random.Random, losing: int = 0, *, forged: bool = False
) -> Outcome:
    """Open a damaged file and ask it everything, in any order, then append, and ask again.

    `losing` is how many of the last commits may be lost, as after a crash. What was `forged` by
    somebody who knows the checks may be answered: then only `verify` must know.
    """
    asking = _Asking(store, sorted(store.answers)[::-1][: losing + 1], forged=forged)
    whole = is_whole(store, path)
    for turn in range(2):
        try:
            with opened(path) as engine:
                names = asking.begin(engine)
                dice.shuffle(names)
                for name in names if turn == 0 or TORTURE else names[:7]:
                    asking.ask(name, engine)
                if turn == 0:
                    asking.verify(engine, whole=whole)
                    asking.append(engine)
        except StoreError:
            asking.refused = True
            break
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            asking.faults.append(f"open: {type(error).__name__}: {error}")
            break
    return Outcome(asking.refused, asking.faults)


def is_whole(store: Original, path: Path) -> bool | None:
    """Whether the log in a copy of the file is the original's; None if that cannot be said."""
    copy = path.with_name("copy")
    copy.mkdir()
    for each in path.parent.glob(path.name + "*"):
        shutil.copyfile(each, copy / each.name)
    try:
        return log_of(copy / path.name) == store.log
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    finally:
        shutil.rmtree(copy)


class _Asking:
    def __init__(self, store: Original, ends: Sequence[int], *, forged: bool) -> None:
        self.store, self.ends, self.forged = store, ends, forged
        self.end = store.last
        self.refused = self.appended = False
        self.faults: list[str] = []

    def begin(self, engine: TimelineEngine) -> list[str]:
        """What to ask an engine that was opened."""
        with self._watched("position"):
            position = engine.position - self.appended
            if self.appended and position != self.end:
                self.faults.append(f"position: {position} and one more")
            elif not self.appended and position in self.ends:
                self.end = position
        return list(self.store.questions(self.end, appended=self.appended))

    def ask(self, name: str, engine: TimelineEngine) -> None:
        """Ask one question and compare its answer."""
        with self._watched(name):
            answer = self.store.questions(self.end)[name](engine)
            if answer != self.store.answers[self.end][name] and not self.forged:
                self.faults.append(f"{name}: a wrong answer")

    def verify(self, engine: TimelineEngine, *, whole: bool | None) -> None:
        """Let the store verify itself: it must know whether its log is whole."""
        with self._watched("verify"):
            verification = engine.verify()
            if whole is False and self.end == self.store.last and verification.ok:
                self.faults.append("verify: the log was changed, and it says nothing of it")

    def append(self, engine: TimelineEngine) -> None:
        """Append an event, which must be the next, and one that is there."""
        new = StatementMade(by="PAK", parties=PAIR, when="2022-02-24", text="new")
        with self._watched("append"):
            receipt = engine.append(new)
            self.appended = True
            if receipt.positions != (self.end + 1,) or receipt.duplicates:
                self.faults.append(f"append: a wrong receipt {receipt}")
        with self._watched("append of a duplicate"):
            record = self.store.answers[self.end]["events"][self.store.last // 3]
            if engine.append(record.event).positions != (record.position,) and not self.forged:
                self.faults.append("append: a duplicate was not known")

    @contextmanager
    def _watched(self, name: str) -> Generator[None]:
        try:
            yield
        except StoreError:
            self.refused = True
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            self.faults.append(f"{name}: {type(error).__name__}: {error}")
