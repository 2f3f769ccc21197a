"""The revision log of the journeys: what each commit makes known, and what becomes of its rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import comity
from comity import MeetingHeld, Projection, TimelineEngine
from comity.adapters.interchange.importers import (
    FileImport,
    ImportSettings,
    InputFile,
    RejectedRow,
    importer,
)
from comity.domain.selection import Entry

COLUMNS = (
    "commit", "committed_at", "commit_subject", "record_id", "change", "field", "old", "new",
)  # fmt: skip
ROME = {
    "id": "1", "role": "secretary", "name": "M. Albright", "start-date": "1997-02-16",
    "end-date": "1997-02-16", "country_id": "italy", "country": "Italy", "locale": "Rome",
    "remarks": "Met with the Prime Minister.",
}  # fmt: skip
T1, T2, T3, T4 = (f"201{n}-05-05T12:00:00-04:00" for n in range(4))
Change = tuple[str, str, str, str, str]
"""The commit, its time, the record, and the change: `added`, `removed` or a field, and the new."""


def change(commit: str, at: str, field: str, new: str = "", record: str = "1") -> Change:
    return commit, at, record, field, new


def added(commit: str, at: str, record: str = "1", **cells: str) -> Change:
    row = ROME | {name.replace("_date", "-date"): text for name, text in cells.items()}
    return change(commit, at, "added", json.dumps(row), record)


def log_of(changes: Sequence[Change]) -> bytes:
    """A revision log with these changes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for commit, at, record, field, new in changes:
        act = field if field in ("added", "removed", "renamed") else "changed"
        name = field if act == "changed" else ""
        writer.writerow([commit, at, f"subject of {commit}", record, act, name, "", new])
    return text.getvalue().encode()


class Result:
    """An engine on which a log was recorded, and what became of the rows."""

    def __init__(self, content: bytes, **settings: Any) -> None:
        self.engine = comity.open(":memory:")
        self.rejected: list[RejectedRow] = []
        self.content, self.settings = content, ImportSettings(**settings)
        self.done = self.again()

    def again(self) -> FileImport:
        """Record the same log once more."""
        done = FileImport(self.rejected.append)
        read = importer("history-state-gov").read
        done.run(
            self.engine, "log", read(InputFile("log", io.BytesIO(self.content)), self.settings)
        )
        return done


class Standing(Projection[list[MeetingHeld], list[MeetingHeld]]):
    """The journeys that stand."""

    name = "standing"
    key = "log"
    reads_only_events = False

    def initial(self) -> list[MeetingHeld]:
        return []

    def evolve_entry(self, state: list[MeetingHeld], entry: Entry) -> list[MeetingHeld]:
        assert len(entry.accounts) == 1
        assert isinstance(entry.event, MeetingHeld)
        return [*state, entry.event]


def known(engine: TimelineEngine, at: str | datetime | None = None) -> list[tuple[str, str, str]]:
    """The record, place and time of every journey that was known then."""
    answers = engine.replay(Standing(), on="9999-12-31", known_at=at)
    return sorted((e.meeting, e.venue, e.when) for e in answers.get("log", []))


def test_each_commit_is_known_from_its_own_time_on() -> None:
    result = Result(
        log_of([added("a", T1), change("b", T2, "locale", "Milan"), change("c", T3, "removed")])
    )
    assert result.done.read == 3
    assert known(result.engine, T1) == [("us-travel-1", "Rome", "1997-02-16")]
    assert known(result.engine, T2) == [("us-travel-1", "Milan", "1997-02-16")]
    assert known(result.engine, T3) == []


def test_a_correction_names_what_replaces_it_why_and_by_whom() -> None:
    result = Result(log_of([added("a", T1), change("b", T2, "locale", "Milan")]))
    old, act, new = result.engine.events()
    evidence = result.engine.evidence(old.id)
    assert (evidence.stands, evidence.replaced_by) == (False, new.id)
    assert result.engine.evidence(new.id).replaces == (old.id,)
    assert "subject of b (commit b)" in evidence.because
    assert [r.recorded_by for r in (old, act, new)] == ["HistoryAtState"] * 3
    assert act.recorded_at == new.recorded_at == datetime(2011, 5, 5, 16, tzinfo=UTC)


def test_several_fields_changed_in_a_commit_are_one_correction() -> None:
    changes = [
        added("a", T1),
        change("b", T2, "start-date", "1997-03-01"),
        change("b", T2, "end_date", "1997-03-02"),
        change("b", T2, "locale", "Milan"),
    ]
    result = Result(log_of(changes))
    assert (result.done.read, result.done.appended) == (4, 3)
    assert known(result.engine) == [("us-travel-1", "Milan", "1997-03-01/1997-03-02")]


def test_a_mistake_corrected_back_reinstates_the_first_telling() -> None:
    changes = [
        added("a", T1),
        change("b", T2, "locale", "Milan"),
        change("c", T3, "locale", "Rome"),
        change("d", T4, "locale", "Milan"),
    ]
    result = Result(log_of(changes))
    places = [known(result.engine, at)[0][1] for at in (T1, T2, T3, T4)]
    assert places == ["Rome", "Milan", "Rome", "Milan"]
    assert len({r.id for r in result.engine.events(kinds=["meeting-held"])}) == 2


def test_a_record_removed_and_added_again_stands_again() -> None:
    changes = [
        added("a", T1), change("b", T2, "removed"), added("c", T3), change("d", T4, "removed"),
        added("e", T4),
    ]  # fmt: skip
    result = Result(log_of(changes))
    assert [len(known(result.engine, at)) for at in (T1, T2, T3, T4)] == [1, 0, 1, 1]
    assert len(list(result.engine.events(kinds=["meeting-held"]))) == 1


def test_one_commit_told_in_two_parts_does_both() -> None:
    changes = [
        added("a", T1), change("b", T1, "removed"), added("a", T1), change("b", T1, "removed"),
    ]  # fmt: skip
    result = Result(log_of(changes))
    assert known(result.engine) == []
    assert result.again().appended == 0


def test_times_that_go_back_are_held_at_the_latest_and_keep_the_order() -> None:
    result = Result(log_of([added("a", T3), change("b", T1, "locale", "Milan")]))
    times = {record.recorded_at for record in result.engine.events()}
    assert times == {datetime(2012, 5, 5, 16, tzinfo=UTC)}
    assert known(result.engine) == [("us-travel-1", "Milan", "1997-02-16")]
    assert result.rejected == []


def test_a_record_that_cannot_be_read_is_faulty_until_it_is_mended() -> None:
    changes = [
        added("a", T1, end_date="1997-02-15"),
        change("b", T2, "end-date", "1997-02-18"),
        change("c", T3, "country", "Atlantis"),
        change("c", T3, "country_id", "atlantis"),
        change("d", T4, "country", "Italy"),
    ]
    result = Result(log_of(changes))
    assert [len(known(result.engine, at)) for at in (T1, T2, T3, T4)] == [0, 1, 0, 1]
    assert [row.line for row in result.rejected] == [2, 4, 5]
    assert "it ends before it starts" in result.rejected[0].reasons[0]
    assert "Atlantis" in result.rejected[1].reasons[0]
    assert result.done.read == 5


def test_a_record_that_tells_of_no_country_is_passed_over_until_it_does() -> None:
    changes = [
        added("a", T1, country="Antarctica", country_id="antarctica"),
        change("b", T2, "country", "Chile"),
        change("c", T3, "country", "Antarctica"),
        change("d", T4, "removed"),
    ]
    result = Result(log_of(changes))
    assert [len(known(result.engine, at)) for at in (T1, T2, T3, T4)] == [0, 1, 0, 0]
    assert result.done.skipped == {
        "no country: Antarctica": 2, "removes what was not recorded": 1,
    }  # fmt: skip


def test_a_field_that_is_not_recorded_changes_nothing() -> None:
    result = Result(log_of([added("a", T1), change("b", T2, "recall-datetime", "x")]))
    assert result.done.skipped == {"changes nothing that is recorded": 1}
    assert result.done.appended == 1


def test_rows_that_cannot_be_applied_are_faulty_each_with_its_reason() -> None:
    changes = [
        change("a", T1, "locale", "Rome"),
        change("a", T1, "removed"),
        change("a", T1, "renamed"),
        change("a", T1, "added", "{"),
        change("a", T1, "added", "[1]"),
        change("a", T1, "added", '{"id": {"a": 1}}'),
        change("a", "yesterday", "added", json.dumps(ROME)),
        change("a", "2015-10-01T14:49:55", "added", json.dumps(ROME)),
        change("", T1, "added", json.dumps(ROME)),
        change("a", T1, "added", json.dumps(ROME), record=""),
        change("a", T1, "added", "[" * 100_000),
        added("a", T1),
        change("b", T2, "", "x"),
    ]
    result = Result(log_of(changes))
    assert result.done.read == len(changes)
    assert result.done.appended == 1
    columns = [row.reasons[0].partition(":")[0] for row in result.rejected]
    assert columns == [
        "record_id", "record_id", "change", "new", "new", "new", "committed_at", "committed_at",
        "commit", "record_id", "new", "field",
    ]  # fmt: skip


def test_a_commit_in_the_future_is_refused_and_the_rest_stands() -> None:
    result = Result(log_of([added("a", T1), change("b", "2999-01-01T00:00:00Z", "removed")]))
    assert len(known(result.engine)) == 1
    assert "2999" in result.rejected[0].reasons[0]


def test_repeating_adds_nothing() -> None:
    changes = [
        added("a", T1), change("b", T2, "locale", "Milan"), change("c", T3, "locale", "Rome"),
        change("d", T4, "removed"),
    ]  # fmt: skip
    result = Result(log_of(changes))
    again = result.again()
    assert (again.read, again.appended, again.duplicates) == (4, 0, result.done.appended)


def test_an_author_in_the_log_is_who_recorded_it() -> None:
    content = log_of([added("a", T1)]).replace(b"commit_subject,", b"commit_subject,author,", 1)
    content = content.replace(b"subject of a,", b"subject of a,J. Wicentowski,")
    [record] = Result(content).engine.events()
    assert record.recorded_by == "J. Wicentowski"


def test_learned_now_leaves_the_times_and_authors_out() -> None:
    result = Result(log_of([added("a", T1), change("b", T2, "removed")]), learned_now=True)
    told, act = result.engine.events()
    assert told.recorded_at > datetime(2024, 1, 1, tzinfo=UTC)
    assert (told.recorded_by, act.recorded_by) == ("", "")
    assert [len(known(result.engine, n)) for n in (1, 2)] == [1, 0]  # type: ignore[arg-type]


# Any log at all, against a table that is only a dictionary

_records = st.sampled_from(["1", "2", "3#2"])
_values = st.sampled_from([
    ("locale", "Rome"), ("locale", "Milan"), ("country", "France"), ("country", "Italy"),
    ("country", "Antarctica"), ("country", "Atlantis"), ("start-date", "1997-02-16"),
    ("start_date", "1997-02-20"), ("end-date", "1997-02-18"), ("end-date", "nonsense"),
    ("recalled-by", "x"),
])  # fmt: skip
_acts = st.one_of(
    st.tuples(_records, st.just("added"), st.sampled_from(["Rome", "Milan"])),
    st.tuples(_records, st.just("removed"), st.just("")),
    st.tuples(_records, st.just("changed"), _values),
)
_commits = st.lists(
    st.tuples(st.integers(-2, 5), st.lists(_acts, min_size=1, max_size=5)), min_size=1, max_size=8
)


@given(_commits)
def test_what_is_known_at_any_commit_is_the_table_then(commits: list[Any]) -> None:
    at, latest = datetime(2015, 1, 1, tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    changes: list[Change] = []
    table: dict[str, dict[str, str]] = {}
    expected: dict[datetime, list[tuple[str, str, str]]] = {}
    for number, (days, acts) in enumerate(commits):
        at += timedelta(days=days)
        latest = max(latest, at)
        for record, act, new in acts:
            commit, time = f"c{number}", at.isoformat()
            if act == "added":
                changes.append(added(commit, time, record, locale=new))
                table[record] = plain(ROME) | {"locale": new}
            elif act == "removed":
                changes.append(change(commit, time, "removed", record=record))
                table.pop(record, None)
            else:
                field, text = new
                changes.append(change(commit, time, field, text, record))
                if record in table:
                    table[record] |= plain({field: text})
        expected[latest] = sorted(filter(None, (read(*row) for row in table.items())))
    result = Result(log_of(changes))
    for moment, told in expected.items():
        assert known(result.engine, moment) == told
    assert result.done.read == len(changes)
    again = result.again()
    assert (again.appended, again.duplicates) == (0, result.done.appended)


def plain(row: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): text for name, text in row.items()}


def read(record: str, row: dict[str, str]) -> tuple[str, str, str] | None:
    """What a row of the table tells, if it can be read."""
    start, end = row["start_date"], row["end_date"]
    if row["country"] == "Antarctica" or end == "nonsense" or end < start:
        return None
    return f"us-travel-{record}", row["locale"], start if start == end else f"{start}/{end}"
