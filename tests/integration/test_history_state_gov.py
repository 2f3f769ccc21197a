"""The tables of the Office of the Historian, from the shared data: every row is accounted for.

The state as known at any commit of the revision log equals the file as it stood then.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import comity
from comity import MeetingHeld, Projection, RecordRetracted, TimelineEngine
from comity.adapters.interchange.importers import (
    Faulty,
    FileImport,
    RejectedRow,
    import_files,
    read_file,
)
from comity.domain.selection import Entry
from tests.effort import UNMEASURED

pytestmark = UNMEASURED

FORMAT = "history-state-gov"
LOG = "travels_revision_log.csv.gz"
JOURNEYS = "us_travels_abroad.csv"
Table = dict[str, dict[str, str]]
Told = tuple[str, ...]
LAST_DAY = "9999-12-31"  # one commit had a journey in the year 3016
OCCUPIED = "no German state (under occupation, 1945 to 1949)"
NOWHERE = "no country: Antarctica"


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    """Return the folder of the office's tables."""
    return shared_data / "history_state_gov"


@pytest.fixture(scope="module")
def recorded_log(folder: Path) -> Iterator[TimelineEngine]:
    """An engine with the whole revision log."""
    with comity.open(":memory:") as engine:
        import_files(engine, FORMAT, folder / LOG)
        yield engine


def imported(engine: TimelineEngine, file: Path) -> tuple[FileImport, list[RejectedRow]]:
    """What became of the rows of a file."""
    rejected: list[RejectedRow] = []
    return import_files(engine, FORMAT, file, on_rejected=rejected.append), rejected


# Accounting


@pytest.mark.parametrize(
    ("name", "read", "appended", "skipped"),
    [
        (JOURNEYS, 4271, 4266, {OCCUPIED: 4, NOWHERE: 1}),
        ("visits_by_foreign_leaders_to_us.csv", 3264, 3264, {}),
        (
            "us_chiefs_of_mission.csv",
            5743,
            15185,
            {
                "was not commissioned": 175,
                "never took up the post": 109,
                "declined the appointment": 59,
                "no date is told": 6,
            },
        ),
        (
            "us_recognition_relations_timeline.csv",
            1483,
            943,
            {
                "its heading tells nothing that is certain": 446,
                "its heading tells of another country than the page": 15,
                "its heading tells no year": 11,
                "the country did not exist in the year of the heading": 10,
            },
        ),
        (LOG, 18785, 10206, {OCCUPIED: 12, NOWHERE: 9, "changes nothing that is recorded": 2}),
    ],
)
def test_every_row_of_a_file_is_accounted_for_and_repeating_adds_nothing(
    folder: Path, name: str, read: int, appended: int, skipped: dict[str, int]
) -> None:
    with comity.open(":memory:") as engine:
        done, rejected = imported(engine, folder / name)
        assert (done.read, done.appended, dict(done.skipped)) == (read, appended, skipped)
        unknown = {row.reasons[0].partition(": no party")[0] for row in rejected}
        assert all(reason.startswith(("country: Unknown party", "end_date:")) for reason in unknown)
        again, _ = imported(engine, folder / name)
        assert (again.read, again.appended, again.rejected) == (read, 0, done.rejected)
        assert again.skipped == done.skipped


def test_only_states_that_the_table_does_not_have_are_rejected(folder: Path) -> None:
    named = {
        re.findall("'([a-z-]+)'", outcome.reasons[0])[0]
        for name in ("us_chiefs_of_mission.csv", "us_recognition_relations_timeline.csv")
        for outcome in read_file(FORMAT, folder / name)
        if isinstance(outcome, Faulty)
    }
    assert named == {
        "brunswick-luneburg", "federal-government-germany", "genoa", "hanseatic-republics", "hesse",
        "lew-chew", "mecklenburg-strelitz", "nassau", "north-german-confederation",
        "north-german-union", "oldenburg", "schaumburg-lippe", "texas",
    }  # fmt: skip


# The revision log. The oracle reads the file by itself and replays it as plain dictionaries.


def commits(file: Path) -> Iterator[tuple[datetime, str, Table]]:
    """Each commit's time and subject, with the table as it stood then."""
    table: Table = {}
    before: tuple[str, str, str] | None = None
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            commit = (row["commit"], row["committed_at"], row["commit_subject"])
            if before is not None and commit != before:
                yield utc(before[1]), before[2], table
            before = commit
            if row["change"] == "added":
                content = json.loads(row["new"])
                table[row["record_id"]] = {k.replace("-", "_"): v for k, v in content.items()}
            elif row["change"] == "removed":
                del table[row["record_id"]]
            else:
                table[row["record_id"]][row["field"].replace("-", "_")] = row["new"]
    if before is not None:
        yield utc(before[1]), before[2], table


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def readable(row: dict[str, str]) -> bool:
    """Whether a record tells a journey to some country, from a day to a later one."""
    start, end = row["start_date"], row["end_date"]
    occupied = row["country"] == "Germany" and "1945-06-06" <= start <= "1949-05-22"
    return start <= end and row["country"] != "Antarctica" and not occupied


def told_by(record: str, row: dict[str, str]) -> Told:
    """What a record tells, field by field."""
    start, end = row["start_date"], row["end_date"]
    levels = {"president": "head-of-state", "secretary": "minister"}
    return (
        record,
        start if start == end else f"{start}/{end}",
        host_of(row["country"], start),
        nfc(row["country"].strip()),
        nfc(row["name"].strip()),
        levels[row["role"]],
        nfc(row.get("locale", "").strip()),
        row.get("remarks", "").strip(),
    )


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


class Standing(Projection[list[Told], list[Told]]):
    """Everything that stands in the log, as `told_by` has it."""

    name = "standing"
    key = "log"
    reads_only_events = False

    def initial(self) -> list[Told]:
        return []

    def evolve_entry(self, state: list[Told], entry: Entry) -> list[Told]:
        assert len(entry.accounts) == 1, "two tellings of one record stand"
        state.append(as_told(entry.event))
        return state


def as_told(event: object) -> Told:
    assert isinstance(event, MeetingHeld)
    record, _, country = event.sources[0].note.removeprefix("record ").partition(": ")
    assert event.meeting == f"us-travel-{record}"
    host = {"BUR": "MMR", "RHO": "ZWE"}.get(event.host, event.host)
    told = (record, event.when, host, country, event.heads["USA"])
    return (*told, event.level, event.venue, event.note)


def test_what_is_known_at_any_commit_is_the_file_as_it_stood_then(
    folder: Path, recorded_log: TimelineEngine
) -> None:
    checked = 0
    for at, _, table in commits(folder / LOG):
        expected = [told_by(name, row) for name, row in table.items() if readable(row)]
        known: list[Told] = recorded_log.replay(Standing(), on=LAST_DAY, known_at=at)["log"]
        assert sorted(known) == sorted(expected), at
        checked += 1
    assert checked == 37  # the commits of the log


def test_the_timelines_and_states_of_pairs_at_a_commit_hold_the_journeys_of_the_file_then(
    folder: Path, recorded_log: TimelineEngine
) -> None:
    pairs = ("FRA", "PAK", "SUN", "CHN", "XVS", "VAT", "NZL")
    asked = 0
    for number, (at, _, table) in enumerate(commits(folder / LOG)):
        if number % 6:
            continue
        journeys = [told_by(name, row) for name, row in table.items() if readable(row)]
        for host in pairs:
            expected = sorted(told for told in journeys if told[2] == host)
            entries = recorded_log.timeline("USA", host, known_at=at)
            assert sorted(as_told(entry.event) for entry in entries) == expected
            state = recorded_log.state("USA", host, on="2025-12-31", known_at=at)
            assert state.events == len(expected)
            asked += bool(expected)
    assert asked > len(pairs)


def test_a_changed_record_is_replaced_and_the_evidence_says_by_what_when_and_by_whom(
    folder: Path, recorded_log: TimelineEngine
) -> None:
    ids = {as_told(record.event): record.id for record in recorded_log.events(kinds=[MeetingHeld])}
    stood: dict[str, Told] = {}
    corrected = 0
    for number, (at, subject, table) in enumerate(commits(folder / LOG)):
        now = {name: told_by(name, row) for name, row in table.items() if readable(row)}
        changed = [name for name in now if stood.get(name, now[name]) != now[name]]
        for name in changed[:: 1 + len(changed) // 5]:
            act = (at, subject)
            assert_corrected(recorded_log, ids[stood[name]], ids[now[name]], act)
            corrected += 1
        stood = now
        assert number or not changed
    assert corrected > 37  # about one for each commit


def assert_corrected(
    engine: TimelineEngine, old: str, new: str, commit: tuple[datetime, str]
) -> None:
    at, subject = commit
    evidence = engine.evidence(old)
    [act] = [record for record in evidence.corrections if record.recorded_at == at]
    assert isinstance(act.event, RecordRetracted)
    assert (act.event.target, act.event.replacement) == (old, new)
    assert subject in act.event.reason
    assert act.recorded_by == "HistoryAtState"
    if engine.evidence(new).stands:
        assert evidence.replaced_by == new
        if engine.evidence(new).record.relationship == act.relationship:
            assert old in engine.evidence(new).replaces


def test_the_table_of_today_adds_nothing_to_its_own_log(
    folder: Path, recorded_log: TimelineEngine
) -> None:
    done, rejected = imported(recorded_log, folder / JOURNEYS)
    assert (done.read, done.appended, done.duplicates, rejected) == (4271, 0, 4266, [])
    assert done.retracted == 0


# Hosts, by the list of codes that others made and by hand where it has another name


@pytest.fixture(scope="module", autouse=True)
def names_of_others(shared_data: Path) -> None:
    """Fill the table of names."""
    with (shared_data / "codes" / "country-codes.csv").open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            for column in ("CLDR display name", "UNTERM English Short", "official_name_en"):
                OTHERS.setdefault(row[column].strip(), row["ISO3166-1-Alpha-3"])


OTHERS: dict[str, str] = {}
BY_HAND = {
    "Bosnia": "BIH", "Bosnia-Herzegovina": "BIH", "Burma": "MMR", "Burma (Myanmar)": "MMR",
    "Byelorussia": "BLR", "Ceylon": "LKA", "China, People’s Republic of": "CHN",
    "Congo, Democratic Republic of": "COD", "Cote d'Ivoire": "CIV", "Cote d’Ivoire": "CIV",
    "Czech Republic": "CZE", "Czechoslovakia": "CSK",
    "Democratic Republic of the Congo (Zaire)": "COD", "Denmark (Greenland)": "DNK",
    "German Democratic Republic": "DDR", "Germany, Federal Republic of": "DEU",
    "Kirghizia": "KGZ", "Korea, North": "PRK", "Korea, Republic of": "KOR", "Korea, South": "KOR",
    "Kosovo": "XKX", "Kyrgyz Republic": "KGZ",
    "Macedonia, Former Yugoslav Republic of": "MKD", "Micronesia, Federated States of": "FSM",
    "Netherlands Antilles": "ANT", "Palestinian Authority": "PSE", "Republic of China": "TWN",
    "Serbia and Montenegro": "SCG", "Serbia-Montenegro (Kosovo)": "YUG",
    "Southern Rhodesia (Zimbabwe)": "ZWE", "Timor Leste": "TLS", "Turkey": "TUR",
    "Korea": "KOR",
    "United Kingom (Wales)": "GBR", "United Kingdom": "GBR",
    "United Kingdom (Northern Ireland)": "GBR",
    "United Kingdom (Wales)": "GBR", "West Bank": "PSE", "Western Samoa": "WSM",
    "Yugoslavia": "YUG", "Yugoslavia (Kosovo)": "YUG",
}  # fmt: skip


def host_of(country: str, start: str) -> str:
    """The code of a country on a day, by tables that the importer does not have."""
    country = country.strip()
    if country == "Germany" and start < "1945-06-06":
        return "XDR"
    if country == "U.S.S.R.":
        return "SUN" if start < "1991-12-26" else "RUS"
    former = {"Vietnam": ("1975-05-01", "XVS"), "Yemen": ("1990-05-22", "XYR")}
    former["Serbia"] = ("2003-02-04", "YUG")
    until, code = former.get(country, ("", ""))
    return code if start < until else BY_HAND.get(country) or OTHERS[country]
