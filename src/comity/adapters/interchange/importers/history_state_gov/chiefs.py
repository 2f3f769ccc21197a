"""Chiefs of American missions: when each was appointed, arrived, was received, and left.

Who declined, or never went, was not in post: such a row is passed over. A chargé d'affaires ad
interim presents no credentials: his date is that on which he took charge. Who was promoted or
newly commissioned in the same country did not leave; the row after it goes on with the same person.

The mission of an ambassador is an embassy. Where the page of the country does not tell that its
legation was raised, it was so about the day on which the first ambassador was received.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from comity.adapters.interchange.importers.history_state_gov.cells import (
    date_of,
    identified,
    record_id,
    source,
)
from comity.adapters.interchange.importers.history_state_gov.countries import (
    HOME,
    stood,
    territory,
)
from comity.adapters.interchange.importers.history_state_gov.notes import dated_by, plain
from comity.adapters.interchange.importers.history_state_gov.persons import person_name, role_of
from comity.adapters.interchange.importers.history_state_gov.rows import (
    PassedOver,
    Row,
    outcomes_of,
    refused,
)
from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.outcomes import Faulty, ImportSettings, Outcome, Told
from comity.domain.events import (
    CredentialsPresented,
    EnvoyAppointed,
    EnvoyArrived,
    EnvoyDeparted,
    EnvoyExpelled,
    Event,
    MissionLevelChanged,
)
from comity.domain.time.dates import Bounds, bounds
from comity.domain.values import Source

_NEVER: Final = (
    (re.compile(r"declined", re.I), "declined the appointment"),
    (
        re.compile(
            r"not commissioned|nomination[^.;]* (withdrawn|rejected|not confirmed|not acted upon|"
            r"tabled|returned)|commission cancel+ed|appointment (revoked|cancel+ed)|did not take "
            r"(the )?oath|taking (the )?oath",
            re.I,
        ),
        "was not commissioned",
    ),
    (
        re.compile(
            r"not (to have )?serve|did not (proceed|return) to post|before (proceeding|going) to "
            r"post|en route to post|before his (official )?reception|before presenting",
            re.I,
        ),
        "never took up the post",
    ),
)
"""What notes say of somebody who never was in post, where no arrival or end is told either."""
_STAYED = re.compile(
    r"promoted|recommissioned|re-?accredited|reappointed|presented credentials as", re.I
)
_EXPELLED = re.compile(r"persona non grata|departure requested by", re.I)
_TOOK_CHARGE = re.compile(
    r"entered on duty|assumed charge|offic\w* recognized|initial call|opened|established", re.I
)
"""Of a date of credentials: that it tells when somebody took charge, not that he was received."""
_NOT_PRESENTED = re.compile(r"predecessor|no record|dispatched", re.I)
_COMMISSIONED = re.compile(r"Commissioned (?:or accredited )?to (?:the )?([^;.(“”]+)")
_OF_LEGATIONS: Final = ("envoy", "minister")
_RAISED_UNTOLD: Final = frozenset({"EGY", "IRL", "IRN", "JOR"})
"""The countries whose pages tell of a legation and not of its raising."""
_DATES: Final = ("appointed", "arrived", "presented_credentials", "mission_ended")


class _Move(NamedTuple):
    """What one date of a row tells: its column, the kind of event, and when."""

    column: str
    kind: type[Event]
    when: str


class _Neighbours(NamedTuple):
    """A row with those beside it in the file, where they are of the same person and country."""

    row: Row
    before: Row | None
    after: Row | None


def read(rows: Iterator[Row | Faulty], settings: ImportSettings) -> Iterator[Outcome]:
    """The events of each row; the first of them accounts for it."""
    beside = dict[int, _Neighbours]()

    def noted() -> Iterator[Row | Faulty]:
        for row, neighbours in _with_neighbours(rows):
            if neighbours is not None:
                beside[neighbours.row.line] = neighbours
            yield row

    legations = _Legations()

    def tell(row: Row) -> Iterator[Outcome]:
        events = _events(beside.pop(row.line), settings.names)
        events += legations.raised(row.cells, events)
        for number, event in enumerate(events):
            yield Told(row.line, event, row.cells, 0 if number else 1)

    return outcomes_of(noted(), tell)


class _Legations:
    """The legations of which only this table tells that they were raised, until it does."""

    def __init__(self) -> None:
        self._ministers = set[str]()
        """The hosts of ministers whose mission was not raised yet."""

    def raised(self, cells: Mapping[str, str], events: list[Event]) -> list[Event]:
        """The raising that a row tells."""
        for event in events:
            if not isinstance(event, CredentialsPresented) or event.host not in _RAISED_UNTOLD:
                continue
            if event.rank in _OF_LEGATIONS:
                self._ministers.add(event.host)
            elif event.rank == "ambassador" and event.host in self._ministers:
                self._ministers.remove(event.host)
                return [_raising(event, record_id(cells["id"]))]
        return []


def _raising(received: CredentialsPresented, record: str) -> Event:
    key = f"us-chief-{record}-raised"
    about = received.when if received.when[-1:] in "~%?]" else f"{received.when}~"
    event = MissionLevelChanged(
        sender=HOME,
        host=received.host,
        level="embassy",
        when=about,
        happening=key,
        note=f"{received.name} was received as the first ambassador",
        sources=received.sources,
    )
    return identified(event, key)


def _with_neighbours(
    rows: Iterator[Row | Faulty],
) -> Iterator[tuple[Row | Faulty, _Neighbours | None]]:
    before: Row | Faulty | None = None
    row = next(rows, None)
    while row is not None:
        after = next(rows, None)
        beside = None
        if isinstance(row, Row):
            beside = _Neighbours(row, _same_person(before, row), _same_person(after, row))
        yield row, beside
        before, row = row, after


def _same_person(other: Row | Faulty | None, row: Row) -> Row | None:
    if not isinstance(other, Row):
        return None
    same = all(other.cells[column] == row.cells[column] for column in ("territory", "person"))
    return other if same and other.cells["id"] and row.cells["id"] else None


def _events(told: _Neighbours, names: Names) -> list[Event]:
    cells = told.row.cells
    if (office := cells.get("kind", "chief")) != "chief":
        raise PassedOver(f"no chief of mission: {office[:40]}")
    record = record_id(cells["id"])
    if not cells["person"]:
        raise refused("person", "missing")
    dates = {column: date_of(cells[column], column) for column in _DATES}
    if not any(dates[column] for column in _DATES[1:]):
        _check_went(cells, dates["appointed"])
    begun = bounds(next(filter(None, dates.values())))
    return [
        _event(move, record, cells, _host(cells, names, bounds(move.when), begun))
        for move in _moves(told, dates)
    ]


def _check_went(cells: Mapping[str, str], appointed: str) -> None:
    """Raise `PassedOver` for who never was in post, and for a row without any date."""
    for pattern, reason in _NEVER:
        if pattern.search(cells.get("note", "")):
            raise PassedOver(reason)
    if not appointed:
        raise PassedOver("no date is told")


def _moves(told: _Neighbours, dates: Mapping[str, str]) -> Iterator[_Move]:
    """What the dates of a row tell, in order."""
    cells = told.row.cells
    role = role_of(cells["role"])
    came_on = any(dates[column] for column in ("arrived", "presented_credentials"))
    if dates["appointed"] and not (came_on and told.before and _stays(told.before, told.row)):
        yield _Move("appointed", EnvoyAppointed, dates["appointed"])
    if dates["arrived"]:
        yield _Move("arrived", EnvoyArrived, dates["arrived"])
    note = cells.get("presented_note", "")
    if dates["presented_credentials"] and not _NOT_PRESENTED.search(note):
        took_charge = role.ad_interim or _TOOK_CHARGE.search(note)
        came = EnvoyArrived if took_charge else CredentialsPresented
        when = dated_by(note, dates["presented_credentials"])
        yield _Move("presented_credentials", came, when)
    note = cells.get("mission_ended_note", "")
    if dates["mission_ended"] and not (told.after and _stays(told.row, told.after)):
        went = EnvoyExpelled if _EXPELLED.search(note) else EnvoyDeparted
        yield _Move("mission_ended", went, dated_by(note, dates["mission_ended"]))


def _stays(row: Row, after: Row) -> bool:
    """Whether the person of both rows stays in the country between them."""
    end = row.cells["mission_ended"]
    begun = (after.cells["presented_credentials"], after.cells["arrived"])
    if not end or not any(begun):
        return False
    return end in begun or _STAYED.search(row.cells.get("mission_ended_note", "")) is not None


def _event(move: _Move, record: str, cells: Mapping[str, str], host: str) -> Event:
    column = move.column
    role, key = role_of(cells["role"]), f"us-chief-{record}-{column.partition('_')[0]}"
    note = plain(cells.get(f"{column.removesuffix('_credentials')}_note", ""))
    fields: dict[str, Any] = {
        "sender": HOME,
        "host": host,
        "name": person_name(cells["person"]),
        "rank": role.rank,
        "ad_interim": role.ad_interim,
        "when": move.when,
        "happening": f"{key}-{cells['role']}",
        "note": ". ".join(filter(None, (note, cells.get("note", "")))),
        "sources": (_source(record, cells),),
    }
    return identified(move.kind(**fields), key)


def _source(record: str, cells: Mapping[str, str]) -> Source:
    published = cells.get("last_modified", "") or cells.get("created", "")
    role = cells["role"].replace("-", " ")
    path = f"/departmenthistory/people/{cells['person']}"
    return source(path, f"record {record}: {cells['person']}, {role}", published)


def _host(cells: Mapping[str, str], names: Names, within: Bounds, begun: Bounds) -> str:
    """The party to which somebody was sent, as it was in those days.

    What the note says of the commission decides where the party of the territory did not exist.
    """
    told = cells.get("contemporary_territory", "") or cells["territory"]
    code = territory(names, told, within, begun)
    if code == "TWN" and cells["role"] == "chief":
        return "CHN"  # the chiefs of the liaison office at Peking
    notes = " ".join(cells.get(column, "") for column in ("note", "mission_ended_note"))
    if code == "XYR" and "Southern Yemen" in notes:
        return "YMD"
    if stood(code, within):
        return code
    for commission in _COMMISSIONED.findall(notes):
        meant = names.find(commission.strip(), within)
        if meant is not None and stood(meant, within):
            return meant
    return code
