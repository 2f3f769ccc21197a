"""Agreements across relationships: their standing, and when they end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Literal, get_args

from msgspec.structs import asdict, replace

from comity.domain.errors import InvalidValue
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds, span
from comity.projections.choices import one_of
from comity.projections.sections.agreement import Agreement, AgreementStatus
from comity.projections.sections.agreements import AGREEMENTS
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.section import WorkingState
from comity.projections.views.view import Option, Table, View

AgreementStanding = Literal[
    "in-force", "signed", "ratified", "provisionally-applied", "suspended", "in-notice", "expiring"
]
_NEVER = Bounds(date.max, date.max)
_BEST_FIRST: tuple[AgreementStatus, ...] = (
    "in-force", "provisionally-applied", "denounced", "suspended", "ratified", "signed"
)  # fmt: skip
STANDINGS: tuple[AgreementStanding, ...] = get_args(AgreementStanding)


class RelationshipAgreement(Agreement, frozen=True, kw_only=True):
    """An agreement that has not ended, with its standing and its relationship.

    `ends` is the first day, ISO, on which its term can end or a notice can take effect; empty if
    none is known. `standing` is its status, with two exceptions. A denounced agreement whose notice
    has not taken effect is in-notice. One in force or applied whose term ends soon is expiring.
    """

    relationship: str
    ends: str = ""
    standing: AgreementStanding


class AgreementsProjection(SectionsProjection[tuple[RelationshipAgreement, ...]]):
    """A relationship's agreements; with a `status`, those of that standing.

    An agreement is expiring if its term can end `within` so many days. Raises `InvalidValue`.
    """

    name = "agreements"
    version = 3
    sections = (AGREEMENTS,)

    def __init__(self, status: AgreementStanding | Literal[""] = "", within: int = 365) -> None:
        self.status = one_of("status", status, STANDINGS)
        if type(within) is not int or within < 0:
            raise InvalidValue("within", within, "a number of days, 0 or more")
        self.within = within

    def finish(self, state: WorkingState, on: date) -> tuple[RelationshipAgreement, ...]:
        """The agreements that match, by name."""
        known = chain.from_iterable(AGREEMENTS.answer(state, on).values())
        agreements = (
            RelationshipAgreement(
                **asdict(agreement),
                relationship=state.relationship,
                ends=_ends(agreement),
                standing=self._standing(agreement, on),
            )
            for agreement in sorted(known, key=lambda agreement: agreement.agreement)
        )
        return tuple(a for a in agreements if self.status in ("", a.standing))

    def _standing(self, agreement: Agreement, on: date) -> AgreementStanding:
        if agreement.status == "denounced":
            return "in-notice"
        if agreement.status in ("in-force", "provisionally-applied"):
            term = _term_of(agreement)
            last = _first_day(term) if term is not None else None
            if last and (last - on).days <= self.within:
                return "expiring"
        return agreement.status


def once(
    rows: Iterable[RelationshipAgreement], status: AgreementStanding | Literal[""] = ""
) -> tuple[RelationshipAgreement, ...]:
    """Each agreement once, with the parties that it binds, by relationship and name.

    With a `status`, only those that stand so.

    The rows of pairs are of one agreement if one pair's timeline tells of the other's parties. Of
    several rows the one counts in which the agreement stands best, and of those the oldest; it
    binds the parties of all rows in which it stands as well.
    """
    by_name: dict[str, list[RelationshipAgreement]] = {}
    for row in rows:
        by_name.setdefault(folded(row.agreement), []).append(row)
    merged = (_merged(group) for several in by_name.values() for group in _same(several))
    wanted = (row for row in merged if status in ("", row.standing))
    return tuple(sorted(wanted, key=lambda row: (row.relationship, row.agreement)))


def _same(rows: list[RelationshipAgreement]) -> list[list[RelationshipAgreement]]:
    groups: list[list[RelationshipAgreement]] = []
    for row in rows:
        joined = [group for group in groups if any(_tell_of_one(row, other) for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([row, *chain.from_iterable(joined)])
    return groups


def _tell_of_one(row: RelationshipAgreement, other: RelationshipAgreement) -> bool:
    return set(_parties(other)) <= set(row.binds) or set(_parties(row)) <= set(other.binds)


def _parties(row: RelationshipAgreement) -> list[str]:
    return row.relationship.split("-")


def _merged(rows: list[RelationshipAgreement]) -> RelationshipAgreement:
    if len(rows) == 1:
        return rows[0]
    best = min(
        rows,
        key=lambda row: (
            _BEST_FIRST.index(row.status),
            bounds(row.since) if row.since else _NEVER,
            row.relationship,
        ),
    )
    alike = [row for row in rows if _binding(row.status) == _binding(best.status)]
    binds = tuple(sorted({code for row in alike for code in _parties(row)}))
    return replace(best, relationship="-".join(binds), binds=binds)


def _binding(status: AgreementStatus) -> AgreementStatus:
    """The status as far as it binds: an agreement under notice binds as one in force does."""
    return "in-force" if status == "denounced" else status


def _term_of(agreement: Agreement) -> Bounds | None:
    """The bounds of the last day of its term; None if it has no known term or renews itself."""
    if not agreement.expires or agreement.renews:
        return None
    return span(agreement.expires)


def _notices_of(agreement: Agreement) -> list[Bounds]:
    """The bounds of the day on which each standing notice takes effect."""
    return [span(day) for day in agreement.denounced.values()]


def _ends(agreement: Agreement) -> str:
    term = _term_of(agreement)
    ways = [*_notices_of(agreement), *([term] if term is not None else [])]
    days = [day for way in ways if (day := _first_day(way)) is not None]
    return min(days).isoformat() if days else ""


def _first_day(days: Bounds) -> date | None:
    """The first of the days; the last if the first is unknown; None if both are unknown."""
    if days.earliest > date.min:
        return days.earliest
    return days.latest if days.latest < date.max else None


# The view

VIEW = View(
    name="agreements",
    projection=AgreementsProjection,
    help="Agreements: how each stands, and when it ends.",
    table=Table[RelationshipAgreement](
        {
            "relationship": lambda a: a.relationship,
            "agreement": lambda a: a.agreement,
            "title": lambda a: a.title,
            "standing": lambda a: a.standing,
            "status": lambda a: a.status,
            "since": lambda a: a.since,
            "signed": lambda a: a.signed,
            "ratified": lambda a: a.ratified,
            "expires": lambda a: a.expires,
            "denounced": lambda a: a.denounced,
            "renews": lambda a: a.renews,
            "succeeds": lambda a: a.succeeds,
            "binds": lambda a: a.binds,
            "ends": lambda a: a.ends,
        },
        shown=("relationship", "agreement", "title", "standing", "since", "ends"),
        kinds={
            "relationship": "relationship", "since": "date", "signed": "date", "ratified": "by key",
            "expires": "date", "denounced": "by key", "binds": "parties", "ends": "date",
        },
    ),
    options={
        "status": Option("Only those that stand so, such as expiring.", placeholder="STATUS"),
        "within": Option(
            "Expiring means that the term ends within so many days.", placeholder="DAYS"
        ),
    },
)  # fmt: skip
