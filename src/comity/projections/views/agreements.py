"""Agreements across relationships: how each stands, and when it ends."""

from __future__ import annotations

from datetime import date
from itertools import chain

from msgspec.structs import asdict

from comity.domain.errors import InvalidValue
from comity.domain.time.dates import Bounds
from comity.projections.answers import Agreement
from comity.projections.choices import chosen
from comity.projections.sections import agreements
from comity.projections.sections.book import Book, BookProjection
from comity.projections.views.view import Option, Table, View

STANDINGS = (
    "in-force", "signed", "provisionally-applied", "suspended", "in-notice", "expiring",
)  # fmt: skip
_APPLIED = ("in-force", "provisionally-applied")


class RelationshipAgreement(Agreement, frozen=True, kw_only=True):
    """An agreement that has not ended, how it stands, and the relationship that it binds.

    `ends` is the first day, ISO, that can be the last of its term or the one on which a notice
    takes effect; empty if none is known. `standing` is one of `STANDINGS`: in-notice is denounced
    and the notice has not run; expiring is in force or applied, and its term ends soon.
    """

    relationship: str
    ends: str = ""
    standing: str


class AgreementsProjection(BookProjection[tuple[RelationshipAgreement, ...]]):
    """A relationship's agreements, those of one `status`, which is a standing, if it is given.

    Expiring are those whose term can end `within` so many days. Raises `InvalidValue`.
    """

    name = "agreements"
    handlers = agreements.HANDLERS

    def __init__(self, status: str = "", within: int = 365) -> None:
        super().__init__()
        self.status = chosen("status", status, STANDINGS)
        if type(within) is not int or within < 0:
            raise InvalidValue("within", within, "a number of days, 0 or more")
        self.within = within

    def finish(self, state: Book, on: date) -> tuple[RelationshipAgreement, ...]:
        """The agreements asked for, by name."""
        known = chain.from_iterable(agreements.answer(state, on).values())
        found = (
            RelationshipAgreement(
                **asdict(agreement),
                relationship=state.relationship,
                ends=_ends(agreement),
                standing=self._standing(agreement, on),
            )
            for agreement in sorted(known, key=lambda agreement: agreement.agreement)
        )
        return tuple(one for one in found if self.status in ("", one.standing))

    def _standing(self, agreement: Agreement, on: date) -> str:
        term = agreements.term_of(agreement)
        last = _first(term) if term is not None else None
        if agreement.status in _APPLIED and last and (last - on).days <= self.within:
            return "expiring"
        return "in-notice" if agreement.status == "denounced" else agreement.status


def _ends(agreement: Agreement) -> str:
    term = agreements.term_of(agreement)
    ways = [*agreements.notices_of(agreement), *([term] if term is not None else [])]
    days = [day for way in ways if (day := _first(way)) is not None]
    return min(days).isoformat() if days else ""


def _first(days: Bounds) -> date | None:
    """The first day that it can be; the last where only that is known; None where neither is."""
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
            "ends": lambda a: a.ends,
        },
        shown=("relationship", "agreement", "title", "standing", "since", "ends"),
    ),
    options={
        "status": Option("Only those that stand so, such as expiring.", placeholder="STATUS"),
        "within": Option(
            "Expiring means that the term ends within so many days.", placeholder="DAYS"
        ),
    },
)
